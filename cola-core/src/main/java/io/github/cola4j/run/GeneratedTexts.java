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
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.predict.GenerationDefaults;
import io.github.cola4j.predict.TextGenerator;
import io.github.cola4j.spec.GenerationSpec;
import io.github.cola4j.tensor.HostArena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the texts that a model writes. Rows of one source are references of one text, the best
 * of which counts.
 */
final class GeneratedTexts {
  private GeneratedTexts() {}

  /**
   * ROUGE by name.
   *
   * @param maxLength of a source
   * @param batchSize sources that are read at once
   * @param arena memory for steps
   */
  static Map<String, Double> metrics(
      AdaptedModel model,
      BaseFolder base,
      List<TextRows.Pair> pairs,
      GenerationSpec how,
      int maxLength,
      int batchSize,
      HostArena arena) {
    Map<String, List<String>> references = new LinkedHashMap<>();
    for (TextRows.Pair pair : pairs) {
      references.computeIfAbsent(pair.source(), source -> new ArrayList<>()).add(pair.target());
    }
    List<String> sources = List.copyOf(references.keySet());
    List<String> texts = new ArrayList<>();
    GenerationSettings settings = settings(how, GenerationDefaults.tokens(base), 0);
    try (TextCodec codec = TextCodec.open(base.tokenizerFile())) {
      TextGenerator generator = new TextGenerator(model, codec, arena, how.stop());
      for (int from = 0; from < sources.size(); from += batchSize) {
        List<int[]> prompts =
            sources.subList(from, Math.min(sources.size(), from + batchSize)).stream()
                .map(source -> SourcesAndTargets.encode(source, codec, maxLength))
                .toList();
        texts.addAll(generator.generate(prompts, settings, GenerationControl.NONE));
      }
    }
    return Metrics.forGeneratedTexts(texts, List.copyOf(references.values()));
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
