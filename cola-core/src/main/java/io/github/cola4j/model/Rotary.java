package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Rotary positions (Su et al. 2021): the angle by which each pair of a head's values is turned, as
 * a function of the position. In float32, as transformers computes them.
 */
final class Rotary {
  /** How the frequencies are stretched for texts longer than those of pretraining. */
  private interface Scaling {
    double scaled(double frequency);
  }

  private final float[] frequencies; // [size / 2]
  private float[] cosines = {}; // [positions so far, size / 2]
  private float[] sines = {};

  /**
   * @param size of a head, even
   * @param theta the base of the wavelengths
   */
  private Rotary(int size, double theta, Scaling scaling) {
    frequencies = new float[size / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float exponent = (float) (2 * i) / size;
      float frequency = 1 / (float) Math.pow(theta, exponent);
      frequencies[i] = (float) scaling.scaled(frequency);
    }
  }

  /**
   * Reads {@code rope_parameters} (transformers 5), or {@code rope_theta} and {@code rope_scaling}
   * (transformers 4).
   *
   * @param size of a head
   * @param positions the most tokens of a row
   * @throws ModelException for another type of scaling, by name
   */
  static Rotary read(JsonNode json, int size, int positions) {
    if (size % 2 != 0) {
      throw new ModelException(
          "config.json: a head has %d values; rotary positions need an even number"
              .formatted(size));
    }
    ModelConfig config = new ModelConfig(json);
    ModelConfig parameters = config.section("rope_parameters");
    ModelConfig scaling =
        parameters.json().isObject() ? parameters : config.section("rope_scaling");
    double theta = scaling.positive("rope_theta", config.positive("rope_theta", 10000));
    for (ModelConfig where : List.of(config, scaling)) {
      if (where.number("partial_rotary_factor", 1) != 1) {
        throw new ModelException(
            "config.json: partial_rotary_factor is %s; only 1 is built"
                .formatted(where.json().path("partial_rotary_factor")));
      }
    }
    String key = scaling.json().hasNonNull("rope_type") ? "rope_type" : "type";
    String type =
        scaling.choice(
            key, "default", Map.of("default", "default", "linear", "linear", "llama3", "llama3"));
    Scaling built =
        switch (type) {
          case "linear" -> {
            double factor = factor(scaling, "factor");
            yield frequency -> frequency / factor;
          }
          case "llama3" -> llama3(scaling, positions);
          default -> frequency -> frequency;
        };
    return new Rotary(size, theta, built);
  }

  /**
   * Long wavelengths are stretched, short ones are kept, and in between there is a ramp (Llama 3.1;
   * transformers' {@code _compute_llama3_parameters}).
   */
  private static Scaling llama3(ModelConfig scaling, int positions) {
    double factor = factor(scaling, "factor");
    double low = factor(scaling, "low_freq_factor");
    double high = factor(scaling, "high_freq_factor");
    double context = scaling.size("original_max_position_embeddings", positions);
    return frequency -> {
      double wavelength = 2 * Math.PI / frequency;
      if (wavelength < context / high) {
        return frequency;
      }
      if (wavelength > context / low) {
        return frequency / factor;
      }
      double ramp = (context / wavelength - low) / (high - low);
      return (1 - ramp) * frequency / factor + ramp * frequency;
    };
  }

  private static double factor(ModelConfig scaling, String key) {
    double factor = scaling.number(key, 0);
    if (!(factor > 0)) {
      throw new ModelException(
          "config.json: the scaling of rotary positions needs %s, a number above 0".formatted(key));
    }
    return factor;
  }

  /** Cosines and sines of each token's angles, both [n, size]: the halves of a head alike. */
  record Angles(NDArray cos, NDArray sin) {}

  /**
   * The angles of packed tokens.
   *
   * @param positions of each [n]
   */
  Angles of(ForwardPass pass, int[] positions) {
    int half = frequencies.length;
    grow(IntStream.of(positions).max().orElse(0) + 1);
    Shape shape = new Shape(positions.length, 2L * half);
    float[] cos;
    float[] sin;
    synchronized (this) {
      cos = cosines;
      sin = sines;
    }
    return new Angles(
        pass.arena().floats(pass.manager(), shape, rows(cos, positions)),
        pass.arena().floats(pass.manager(), shape, rows(sin, positions)));
  }

  private Consumer<FloatBuffer> rows(float[] table, int[] positions) {
    int half = frequencies.length;
    return buffer -> {
      for (int position : positions) {
        buffer.put(table, position * half, half).put(table, position * half, half);
      }
    };
  }

  /** Makes sure that the tables reach so far; they only ever grow. */
  private synchronized void grow(int positions) {
    int half = frequencies.length;
    int known = cosines.length / half;
    if (known >= positions) {
      return;
    }
    int wanted = Math.max(positions, 2 * known);
    float[] cos = Arrays.copyOf(cosines, Math.multiplyExact(wanted, half));
    float[] sin = Arrays.copyOf(sines, cos.length);
    for (int position = known; position < wanted; position++) {
      for (int i = 0; i < half; i++) {
        float angle = position * frequencies[i];
        cos[position * half + i] = (float) Math.cos(angle);
        sin[position * half + i] = (float) Math.sin(angle);
      }
    }
    cosines = cos;
    sines = sin;
  }

  /** [size / 2], for tests. */
  float[] frequencies() {
    return frequencies.clone();
  }
}
