package io.github.cola4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How fast the pairs of a head's values turn with the position (Su et al. 2021), equal to
 * transformers' rotary types {@code default}, {@code linear} and {@code llama3}.
 *
 * @param theta the base of the wavelengths
 */
record Rotary(double theta, Scaling scaling) {
  private static final JsonNode NONE = JsonNodeFactory.instance.objectNode();

  /** Its frequencies lie as close together as those of any. */
  private static final int LARGE_HEAD = 256;

  /** How a model is stretched to more positions than it was first trained for. */
  sealed interface Scaling {
    /** A pair's frequency, stretched. */
    float stretched(float frequency);
  }

  /** Not at all. */
  record Unscaled() implements Scaling {
    @Override
    public float stretched(float frequency) {
      return frequency;
    }
  }

  /** All frequencies alike. */
  record Linear(double factor) implements Scaling {
    @Override
    public float stretched(float frequency) {
      return frequency / (float) factor;
    }
  }

  /**
   * Long wavelengths only, and those between smoothly (Llama 3.1).
   *
   * @param low wavelengths above {@code positions / low} are stretched in full
   * @param high wavelengths below {@code positions / high} are left alone
   * @param positions those first trained for
   */
  record Llama3(double factor, double low, double high, int positions) implements Scaling {
    @Override
    public float stretched(float frequency) {
      float wavelength = 1 / frequency * (float) (2 * Math.PI);
      if (wavelength < (float) (positions / high)) {
        return frequency;
      }
      if (wavelength > (float) (positions / low)) {
        return frequency / (float) factor;
      }
      float kept = (1 / wavelength * positions - (float) low) / (float) (high - low);
      return (1 - kept) * frequency / (float) factor + kept * frequency;
    }
  }

  /**
   * Reads either dialect: {@code rope_parameters} of transformers 5, or {@code rope_theta} and
   * {@code rope_scaling} of those before.
   *
   * @param positions of the model
   * @throws ModelException if it asks for something that is not built, by name
   */
  static Rotary read(ModelConfig config, int positions) {
    JsonNode dated = config.json().path("rope_scaling");
    boolean scaled = !dated.isMissingNode() && !dated.isNull() && !dated.equals(NONE);
    String key = scaled ? "rope_scaling" : "rope_parameters";
    ModelConfig rope = config.section(key);
    for (JsonNode value : rope.json()) {
      if (value.isObject()) {
        throw new ModelException(
            "config.json: %s differs between layer types, which is not built".formatted(key));
      }
    }
    for (ModelConfig holder : List.of(rope, config)) {
      if (holder.number("partial_rotary_factor", 1) != 1) {
        throw new ModelException(
            "config.json: %spartial_rotary_factor is %s; only 1 is built"
                .formatted(holder.path(), holder.json().get("partial_rotary_factor")));
      }
    }
    double theta = rope.positive("rope_theta", config.positive("rope_theta", 10000));
    Map<String, Function<ModelConfig, Scaling>> built =
        Map.of(
            "default", of -> new Unscaled(),
            "linear", of -> new Linear(of.positive("factor")),
            "llama3", of -> llama3(of, pretrained(config, of, positions)));
    String word = rope.json().hasNonNull("rope_type") ? "rope_type" : "type";
    Rotary rotary = new Rotary(theta, rope.choice(word, "default", built).apply(rope));
    for (float frequency : rotary.frequencies(LARGE_HEAD)) {
      if (!Float.isFinite(frequency)) {
        throw new ModelException(
            "config.json: rope_theta %s and what %s says of scaling turn values by %s; neither may be that close to 0"
                .formatted(theta, key, frequency));
      }
    }
    return rotary;
  }

  /** The positions first trained for; beside the scaling they count more than within it. */
  private static int pretrained(ModelConfig config, ModelConfig rope, int positions) {
    String key = "original_max_position_embeddings";
    return config.size(key, rope.size(key, positions));
  }

  private static Scaling llama3(ModelConfig rope, int positions) {
    double low = rope.positive("low_freq_factor");
    double high = rope.positive("high_freq_factor");
    if (high <= low) {
      throw new ModelException(
          "config.json: %shigh_freq_factor is %s; a number above low_freq_factor, %s, is needed"
              .formatted(rope.path(), high, low));
    }
    return new Llama3(rope.positive("factor"), low, high, positions);
  }

  /**
   * What a position turns each pair of values by, in radians, in float32 as transformers computes
   * it: at far positions its rounding shows.
   *
   * @param size of a head
   * @return [size / 2]
   */
  float[] frequencies(int size) {
    float[] frequencies = new float[size / 2];
    for (int pair = 0; pair < frequencies.length; pair++) {
      float exponent = 2f * pair / size;
      frequencies[pair] = scaling.stretched(1 / (float) StrictMath.pow(theta, exponent));
    }
    return frequencies;
  }
}
