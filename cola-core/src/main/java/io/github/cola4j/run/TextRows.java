package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.data.CausalRows;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.LabelledTexts;
import io.github.cola4j.data.Labels;
import io.github.cola4j.data.SourcesAndTargets;
import io.github.cola4j.data.Table;
import io.github.cola4j.data.TableReader;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.data.TokenizerConfig;
import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.DataSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.SplitSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * The rows that a spec names, as the base sees them.
 *
 * @param classes the names of the classes; empty where the task has none
 * @param train the rows to learn from
 * @param validation the rows to measure on, if there are
 * @param pairs the validation's texts, of sources with targets; else empty
 */
record TextRows(
    List<String> classes, Dataset train, Optional<Dataset> validation, List<Pair> pairs) {

  /** What an encoder-decoder reads, and what it shall write. */
  record Pair(String source, String target) {}

  static TextRows read(RunSpec spec, BaseFolder base) {
    return switch (spec.task()) {
      case SEQUENCE_CLASSIFICATION -> classified(spec.data(), base);
      case SEQUENCE_REGRESSION -> scored(spec.data(), base);
      case CAUSAL_LM -> causal(spec.data(), base);
      case SEQUENCE_TO_SEQUENCE -> paired(spec, base);
      case IMAGE_CLASSIFICATION -> throw new IllegalStateException("not built yet: " + spec.task());
    };
  }

  private static TextRows classified(DataSpec data, BaseFolder base) {
    Table train = TableReader.read(data.train());
    Labels labels =
        data.labels().isEmpty()
            ? Labels.of(train, labelled(data.train()).label())
            : new Labels(data.labels());
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), data.maxLength())) {
      return of(
          data,
          labels.names(),
          train,
          (table, split) ->
              LabelledTexts.classes(
                  table, labelled(split).text(), labelled(split).label(), encoder, labels));
    }
  }

  private static TextRows scored(DataSpec data, BaseFolder base) {
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), data.maxLength())) {
      return of(
          data,
          List.of(),
          TableReader.read(data.train()),
          (table, split) ->
              LabelledTexts.scores(
                  table, labelled(split).text(), labelled(split).label(), encoder));
    }
  }

  private static TextRows of(
      DataSpec data,
      List<String> classes,
      Table train,
      BiFunction<Table, SplitSpec, Dataset> encode) {
    Dataset rows = encode.apply(train, data.train());
    Optional<Dataset> validation =
        data.validation().map(split -> encode.apply(TableReader.read(split), split));
    return new TextRows(classes, rows, validation, List.of());
  }

  private static TextRows causal(DataSpec data, BaseFolder base) {
    try (TextCodec codec = TextCodec.open(base.tokenizerFile())) {
      TokenizerConfig config = TokenizerConfig.read(base.folder());
      CausalRows rows = new CausalRows(codec, config, eos(codec, config, base), data.maxLength());
      return new TextRows(
          List.of(), rows.read(data.train()), data.validation().map(rows::read), List.of());
    }
  }

  /** The token that ends a text: the tokenizer's, else the model's first. */
  private static OptionalInt eos(TextCodec codec, TokenizerConfig config, BaseFolder base) {
    OptionalInt named = config.eos().map(codec::id).orElse(OptionalInt.empty());
    if (named.isPresent()) {
      return named;
    }
    JsonNode ids = base.config().path("eos_token_id");
    JsonNode id = ids.isArray() ? ids.path(0) : ids;
    return id.isIntegralNumber() ? OptionalInt.of(id.asInt()) : OptionalInt.empty();
  }

  private static TextRows paired(RunSpec spec, BaseFolder base) {
    DataSpec data = spec.data();
    try (TextCodec codec = TextCodec.open(base.tokenizerFile())) {
      int most = data.maxTargetLength().orElseThrow();
      requireRoom(spec, "data.max_length", data.maxLength(), codec);
      requireRoom(spec, "data.max_target_length", most, codec);
      BiFunction<Table, SplitSpec, Dataset> encode =
          (table, split) -> {
            ColumnsSpec.SourceTarget columns = (ColumnsSpec.SourceTarget) split.columns();
            return SourcesAndTargets.of(
                table, columns.source(), columns.target(), codec, data.maxLength(), most);
          };
      TextRows rows = of(data, List.of(), TableReader.read(data.train()), encode);
      List<Pair> pairs = data.validation().map(TextRows::pairs).orElse(List.of());
      return new TextRows(rows.classes, rows.train, rows.validation, pairs);
    }
  }

  private static void requireRoom(RunSpec spec, String key, int length, TextCodec codec) {
    int special = codec.prefix().length + codec.suffix().length;
    if (length <= special) {
      throw new SpecException(
          List.of(
              spec.problem(
                  key,
                  "the tokenizer puts %d special tokens around a text, so %d leave no room for it"
                      .formatted(special, length),
                  "write %d or more".formatted(special + 1))));
    }
  }

  private static List<Pair> pairs(SplitSpec split) {
    ColumnsSpec.SourceTarget columns = (ColumnsSpec.SourceTarget) split.columns();
    Table table = TableReader.read(split);
    List<String> sources = table.column(columns.source());
    List<String> targets = table.column(columns.target());
    return IntStream.range(0, sources.size())
        .mapToObj(row -> new Pair(sources.get(row), targets.get(row)))
        .toList();
  }

  /** The columns of a split of texts with labels. */
  static ColumnsSpec.Labelled labelled(SplitSpec split) {
    return (ColumnsSpec.Labelled) split.columns();
  }

  /** The text of a file of a run. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
