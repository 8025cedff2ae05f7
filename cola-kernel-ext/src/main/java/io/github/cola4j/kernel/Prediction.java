package io.github.cola4j.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a run's adapter makes of a text.
 *
 * @param asked the text
 * @param label the most probable class, of a classification
 * @param probabilities of a classification: every class with its probability
 * @param score of a regression
 * @param generated of a run that writes text: the text, without what was asked
 */
public record Prediction(
    String asked,
    Optional<String> label,
    Map<String, Double> probabilities,
    OptionalDouble score,
    Optional<String> generated) {
  /** Keeps the probabilities in order. */
  public Prediction {
    probabilities = Collections.unmodifiableMap(new LinkedHashMap<>(probabilities));
  }

  /** An answer as jobs give it; docs/outputs.md tells its fields. */
  static Prediction of(String asked, JsonNode answer) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    answer
        .path("probabilities")
        .properties()
        .forEach(each -> probabilities.put(each.getKey(), each.getValue().asDouble()));
    return new Prediction(
        asked,
        Optional.ofNullable(answer.path("label").textValue()),
        probabilities,
        answer.has("score")
            ? OptionalDouble.of(answer.path("score").asDouble())
            : OptionalDouble.empty(),
        Optional.ofNullable(answer.path("generated").textValue()));
  }
}
