package io.github.cola4j.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The section {@code generation}: how the model writes text. The keys are those of transformers'
 * {@code GenerationConfig}, and mean the same.
 *
 * @param maxNewTokens {@code max_new_tokens}: the most tokens that are written; default 64
 * @param numBeams {@code num_beams}: how many beams a search keeps; 1, the default, for none
 * @param doSample {@code do_sample}: whether tokens are drawn at random, the likelier the oftener,
 *     instead of taking the likeliest; default false
 * @param temperature {@code temperature}, with {@code do_sample: true}: what logits are divided by;
 *     default 1
 * @param topK {@code top_k}, with {@code do_sample: true}: only so many of the likeliest tokens are
 *     drawn from; 0 for all; default 50
 * @param topP {@code top_p}, with {@code do_sample: true}: only the likeliest tokens whose
 *     probabilities together reach this are drawn from; default 1
 * @param lengthPenalty {@code length_penalty}, with beams: the power of the length that a beam's
 *     score is divided by; above 0 favours longer texts; default 1
 * @param earlyStopping {@code early_stopping}, with beams: whether the search ends as soon as there
 *     are {@code num_beams} whole texts; default false
 * @param stop {@code stop}: texts at which writing ends; transformers' {@code stop_strings}; none
 *     by default
 */
public record GenerationSpec(
    int maxNewTokens,
    int numBeams,
    boolean doSample,
    double temperature,
    int topK,
    double topP,
    double lengthPenalty,
    boolean earlyStopping,
    List<String> stop) {
  private static final String SECTION = "generation.";
  private static final List<String> OF_BEAMS = List.of("length_penalty", "early_stopping");
  private static final List<String> OF_DRAWING = List.of("temperature", "top_k", "top_p");

  /**
   * Changes of this section, as overrides of a spec by full keys. What the spec itself says and a
   * change leaves without meaning, say the temperature where nothing is drawn any more, is taken
   * away; what is asked for and has no meaning is left for reading to refuse.
   *
   * @param changes by the keys of this section: {@code max_new_tokens} to {@code 20}
   */
  public static Map<String, String> overrides(Map<String, String> changes) {
    Map<String, String> overrides = new LinkedHashMap<>();
    if ("1".equals(changes.get("num_beams"))) {
      OF_BEAMS.forEach(key -> overrides.put(SECTION + key, ""));
    }
    if ("false".equals(changes.get("do_sample"))) {
      OF_DRAWING.forEach(key -> overrides.put(SECTION + key, ""));
    }
    changes.forEach((key, value) -> overrides.put(SECTION + key, value));
    return overrides;
  }

  static GenerationSpec read(Section generation) {
    int maxNewTokens = generation.value("max_new_tokens", Type.whole(Range.atLeast(1)), 64);
    int numBeams = generation.value("num_beams", Type.whole(Range.atLeast(1)), 1);
    boolean doSample = generation.variant("do_sample", Type.flag(), false);
    if (doSample && numBeams > 1) {
      generation.problem(
          "do_sample",
          "beams that are drawn (num_beams: " + numBeams + ") are not built",
          "write num_beams: 1, or do_sample: false");
    }
    double temperature = 1;
    int topK = 50;
    double topP = 1;
    if (doSample) {
      temperature = generation.value("temperature", Type.number(Range.above(0)), temperature);
      topK = generation.value("top_k", Type.whole(Range.atLeast(0)), topK);
      topP = generation.value("top_p", Type.number(Range.upTo(0, 1)), topP);
    }
    double lengthPenalty = 1;
    boolean earlyStopping = false;
    if (numBeams > 1) {
      lengthPenalty = generation.value("length_penalty", Type.number(Range.any()), lengthPenalty);
      earlyStopping = generation.value("early_stopping", Type.flag(), earlyStopping);
    } else {
      for (String key : OF_BEAMS) {
        generation.refuse(
            key, "has no meaning with num_beams: 1", "remove it, or write num_beams: 4");
      }
    }
    return new GenerationSpec(
        maxNewTokens,
        numBeams,
        doSample,
        temperature,
        topK,
        topP,
        lengthPenalty,
        earlyStopping,
        generation.optional("stop", Type.oneOrMore(Type.characters())).orElse(List.of()));
  }
}
