package io.github.cola4j.model;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.tensor.WeightType;
import java.util.Set;
import java.util.TreeSet;

/**
 * The architectures that are built, by the {@code model_type} of {@code config.json}. The base's
 * tensors must stay open as long as adapters are merged.
 */
public final class Architectures {
  private static final Set<String> ENCODERS = new TreeSet<>(Set.of("bert", "roberta"));
  private static final Set<String> DECODERS =
      new TreeSet<>(Set.of("gpt2", "llama", "mistral", "qwen2"));
  private static final Set<String> ENCODER_DECODERS = new TreeSet<>(Set.of("bart"));

  private Architectures() {}

  /**
   * A model that classifies; a head that is not among the tensors is drawn afresh.
   *
   * @param manager whose device the weights go to
   * @param held what linear modules are held in, but for those of a head that is trained
   * @param classes the number of classes; 1 for a regression
   * @param seed of a fresh head
   * @throws ModelException if the configuration asks for something not built, or tensors do not fit
   *     it
   */
  public static SequenceClassifier classifier(
      NDManager manager,
      JsonNode config,
      Weights weights,
      WeightType held,
      int classes,
      long seed) {
    String type = type(config);
    if (ENCODERS.contains(type)) {
      return EncoderClassifier.load(manager, config, weights, held, classes, seed);
    }
    if (DECODERS.contains(type)) {
      return CausalClassifier.load(manager, config, weights, held, classes, seed);
    }
    Set<String> built = new TreeSet<>(ENCODERS);
    built.addAll(DECODERS);
    throw refused(type, "classify", built);
  }

  /**
   * A model that goes on with a text.
   *
   * @param manager whose device the weights go to
   * @param held what linear modules are held in
   * @throws ModelException as {@link #classifier}
   */
  public static CausalModel causal(
      NDManager manager, JsonNode config, Weights weights, WeightType held) {
    String type = type(config);
    if (DECODERS.contains(type)) {
      return CausalLanguageModel.load(manager, config, weights, held);
    }
    throw refused(type, "go on with a text", DECODERS);
  }

  /**
   * A model that writes a text for a text.
   *
   * @param manager whose device the weights go to
   * @param held what linear modules are held in
   * @throws ModelException as {@link #classifier}
   */
  public static SequenceToSequenceModel sequenceToSequence(
      NDManager manager, JsonNode config, Weights weights, WeightType held) {
    String type = type(config);
    if (ENCODER_DECODERS.contains(type)) {
      return Bart.load(manager, config, weights, held);
    }
    throw refused(type, "write a text for a text", ENCODER_DECODERS);
  }

  private static String type(JsonNode config) {
    return config.path("model_type").asText();
  }

  private static ModelException refused(String type, String what, Set<String> built) {
    return new ModelException(
        "config.json %s; models that %s are built for %s: name such a base, or another task"
            .formatted(
                type.isEmpty() ? "names no model_type" : "names the model_type \"" + type + "\"",
                what,
                String.join(", ", built)));
  }
}
