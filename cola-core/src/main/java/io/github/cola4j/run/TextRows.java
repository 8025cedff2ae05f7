package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.data.CausalRows;
import io.github.cola4j.data.DataException;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.LabelledTexts;
import io.github.cola4j.data.Labels;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.data.SourcesAndTargets;
import io.github.cola4j.data.Table;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The texts that a spec names, as the base sees them.
 *
 * @param rows the rows
 * @param pairs the texts of each split, of sources with targets; else empty
 */
record TextRows(RunRows<PackedBatch> rows, Map<Split, List<Pair>> pairs) {

  /** What an encoder-decoder reads, and what it shall write. */
  record Pair(String source, String target) {}

  static TextRows read(RunSpec spec, BaseFolder base) {
    OwnedTables tables = OwnedTables.read(spec);
    return switch (spec.task()) {
      case SEQUENCE_CLASSIFICATION -> classified(spec.data(), tables, base);
      case SEQUENCE_REGRESSION -> scored(spec.data(), tables, base);
      case CAUSAL_LM -> causal(spec.data(), tables, base);
      case SEQUENCE_TO_SEQUENCE -> paired(spec, tables, base);
      case IMAGE_CLASSIFICATION -> throw new IllegalArgumentException("these are no texts");
    };
  }

  /** From a table to the rows of a data set, one each. */
  private interface Encoding extends BiFunction<Table, SplitSpec, Dataset> {}

  private static TextRows classified(DataSpec data, OwnedTables tables, BaseFolder base) {
    Labels labels =
        data.labels().isEmpty()
            ? Labels.of(
                tables.train().stream().map(part -> part.table().orElseThrow()).toList(),
                tables.train().stream().map(part -> labelled(part.split()).label()).toList())
            : new Labels(data.labels());
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), data.maxLength())) {
      return of(
          tables,
          labels.names(),
          (table, split) ->
              LabelledTexts.classes(
                  table, labelled(split).text(), labelled(split).label(), encoder, labels));
    }
  }

  private static TextRows scored(DataSpec data, OwnedTables tables, BaseFolder base) {
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), data.maxLength())) {
      return of(
          tables,
          List.of(),
          (table, split) ->
              LabelledTexts.scores(
                  table, labelled(split).text(), labelled(split).label(), encoder));
    }
  }

  private static TextRows of(OwnedTables tables, List<String> classes, Encoding encoding) {
    Optional<OwnedRows<PackedBatch>> validation =
        tables.validation().isEmpty()
            ? Optional.empty()
            : Optional.of(encoded(tables.validation(), encoding));
    return new TextRows(
        new RunRows<>(tables.users(), classes, encoded(tables.train(), encoding), validation),
        Map.of());
  }

  private static OwnedRows<PackedBatch> encoded(List<OwnedTables.Part> parts, Encoding encoding) {
    Dataset rows =
        Dataset.joined(
            parts.stream()
                .map(part -> encoding.apply(part.table().orElseThrow(), part.split()))
                .toList());
    return new OwnedRows<>(
        rows, parts.stream().flatMapToInt(part -> IntStream.of(part.owners())).toArray());
  }

  private static TextRows causal(DataSpec data, OwnedTables tables, BaseFolder base) {
    try (TextCodec codec = TextCodec.open(base.tokenizerFile())) {
      TokenizerConfig config = TokenizerConfig.read(base.folder());
      CausalRows rows = new CausalRows(codec, config, eos(codec, config, base), data.maxLength());
      Optional<OwnedRows<PackedBatch>> validation =
          tables.validation().isEmpty()
              ? Optional.empty()
              : Optional.of(causal(rows, tables.users(), tables.validation()));
      return new TextRows(
          new RunRows<>(
              tables.users(), List.of(), causal(rows, tables.users(), tables.train()), validation),
          Map.of());
    }
  }

  /** Plain text is cut into blocks for each user apart, so that no block is of two. */
  private static OwnedRows<PackedBatch> causal(
      CausalRows rows, List<String> users, List<OwnedTables.Part> parts) {
    List<Dataset> encoded = new ArrayList<>();
    IntStream.Builder owners = IntStream.builder();
    for (OwnedTables.Part part : parts) {
      int[] of = part.owners();
      if (part.table().isEmpty()) {
        add(rows.ofFile(part.split()), of[0], encoded, owners);
      } else if (part.split().columns() instanceof ColumnsSpec.PlainText) {
        for (int user : IntStream.of(of).distinct().sorted().toArray()) {
          Table own = part.table().get().only(row -> of[row] == user);
          String name = user == OwnedRows.NOBODY ? "" : users.get(user);
          add(blocks(rows, name, own, part.split()), user, encoded, owners);
        }
      } else {
        encoded.add(rows.of(part.table().get(), part.split().columns()));
        IntStream.of(of).forEach(owners);
      }
    }
    return new OwnedRows<>(Dataset.joined(encoded), owners.build().toArray());
  }

  private static Dataset blocks(CausalRows rows, String user, Table own, SplitSpec split) {
    try {
      return rows.of(own, split.columns());
    } catch (DataException e) { // there is not enough of it
      if (user.isEmpty()) {
        throw e;
      }
      throw new DataException(
          own.file(),
          0,
          "what it holds of the user '" + user + "' is less than two tokens of text",
          "Give that user more text, or leave the user out");
    }
  }

  private static void add(Dataset rows, int user, List<Dataset> encoded, IntStream.Builder owners) {
    encoded.add(rows);
    IntStream.range(0, rows.size()).map(row -> user).forEach(owners);
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

  private static TextRows paired(RunSpec spec, OwnedTables tables, BaseFolder base) {
    DataSpec data = spec.data();
    try (TextCodec codec = TextCodec.open(base.tokenizerFile())) {
      int most = data.maxTargetLength().orElseThrow();
      requireRoom(spec, "data.max_length", data.maxLength(), codec);
      requireRoom(spec, "data.max_target_length", most, codec);
      TextRows rows =
          of(
              tables,
              List.of(),
              (table, split) -> {
                ColumnsSpec.SourceTarget columns = (ColumnsSpec.SourceTarget) split.columns();
                return SourcesAndTargets.of(
                    table, columns.source(), columns.target(), codec, data.maxLength(), most);
              });
      return new TextRows(
          rows.rows,
          Map.of(
              Split.TRAIN, tables.train().stream().flatMap(TextRows::pairs).toList(),
              Split.VALIDATION, tables.validation().stream().flatMap(TextRows::pairs).toList()));
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

  private static Stream<Pair> pairs(OwnedTables.Part part) {
    ColumnsSpec.SourceTarget columns = (ColumnsSpec.SourceTarget) part.split().columns();
    List<String> sources = part.table().orElseThrow().column(columns.source());
    List<String> targets = part.table().orElseThrow().column(columns.target());
    return IntStream.range(0, sources.size())
        .mapToObj(row -> new Pair(sources.get(row), targets.get(row)));
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
