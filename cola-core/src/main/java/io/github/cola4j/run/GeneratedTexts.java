package io.github.cola4j.run;

import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.SourcesAndTargets;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.generate.EarlyStopping;
import io.github.cola4j.generate.GenerationControl;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.SpecialTokens;
import io.github.cola4j.generate.Strategy;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.predict.GenerationDefaults;
import io.github.cola4j.predict.TextGenerator;
import io.github.cola4j.spec.GenerationSpec;
import io.github.cola4j.tensor.HostArena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Texts that a model writes for the sources of its validation, to be compared with the targets. A
 * source that stands in several rows is asked for once, and any of its targets will do.
 *
 * @param pairs of all rows
 * @param maxLength of a source
 * @param batchSize sources that are read at once
 * @param seed where texts are drawn
 * @param arena memory for steps
 */
record GeneratedTexts(
    AdaptedModel model,
    BaseFolder base,
    List<TextRows.Pair> pairs,
    GenerationSpec how,
    int maxLength,
    int batchSize,
    long seed,
    HostArena arena) {

  /** A text, and what would have been right. */
  record Written(String text, List<String> targets) {}

  /**
   * Writes texts for the sources of some rows.
   *
   * @param routing which adapters they pass through
   * @param effort to which what it took is added
   * @return by source
   */
  Map<String, String> write(int[] rows, Routing routing, Effort effort) {
    List<String> sources =
        IntStream.of(rows).mapToObj(row -> pairs.get(row).source()).distinct().toList();
    Map<String, String> texts = new HashMap<>();
    GenerationSettings settings = settings(how, GenerationDefaults.tokens(base), seed);
    try (TextCodec codec = TextCodec.open(base.tokenizerFile())) {
      TextGenerator generator = new TextGenerator(model, routing, codec, arena, how.stop());
      for (int from = 0; from < sources.size(); from += batchSize) {
        List<String> asked = sources.subList(from, Math.min(sources.size(), from + batchSize));
        List<int[]> prompts =
            asked.stream()
                .map(source -> SourcesAndTargets.encode(source, codec, maxLength))
                .toList();
        long start = System.nanoTime();
        List<int[]> written = generator.tokens(prompts, settings, GenerationControl.NONE);
        effort.wrote(
            written.stream().mapToLong(tokens -> tokens.length).sum(), System.nanoTime() - start);
        for (int i = 0; i < asked.size(); i++) {
          texts.put(asked.get(i), generator.text(written.get(i)));
        }
      }
    }
    return texts;
  }

  /** What was written for the sources of some rows, beside all the targets that these have. */
  List<Written> written(int[] rows, Map<String, String> texts) {
    Map<String, List<String>> targets = new LinkedHashMap<>();
    for (int row : rows) {
      TextRows.Pair pair = pairs.get(row);
      targets.computeIfAbsent(pair.source(), source -> new ArrayList<>()).add(pair.target());
    }
    return targets.entrySet().stream()
        .map(entry -> new Written(texts.get(entry.getKey()), entry.getValue()))
        .toList();
  }

  /** ROUGE by name. */
  static Map<String, Double> metrics(List<Written> written) {
    return Metrics.forGeneratedTexts(
        written.stream().map(Written::text).toList(),
        written.stream().map(Written::targets).toList());
  }

  /**
   * How a spec wants text to be written.
   *
   * @param tokens those with a meaning to the base
   * @param seed of sampling
   */
  static GenerationSettings settings(GenerationSpec spec, SpecialTokens tokens, long seed) {
    Strategy strategy;
    if (spec.numBeams() > 1) {
      EarlyStopping early = spec.earlyStopping() ? EarlyStopping.TRUE : EarlyStopping.FALSE;
      strategy = new Strategy.BeamSearch(spec.numBeams(), spec.lengthPenalty(), early);
    } else if (spec.doSample()) {
      strategy = new Strategy.Sampling(spec.temperature(), spec.topK(), spec.topP(), seed);
    } else {
      strategy = new Strategy.Greedy();
    }
    return GenerationSettings.DEFAULT
        .withMaxNewTokens(spec.maxNewTokens())
        .withStrategy(strategy)
        .withTokens(tokens);
  }
}
