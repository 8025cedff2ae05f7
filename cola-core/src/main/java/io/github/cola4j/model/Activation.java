package io.github.cola4j.model;

import java.util.Map;

/** The activations that are built, by the words of {@code config.json}. */
enum Activation {
  GELU("gelu"),
  /** With the approximation by tanh. */
  GELU_TANH("gelu_tanh"),
  RELU("relu"),
  SILU("silu");

  /** transformers' words ({@code ACT2FN}). */
  static final Map<String, Activation> WORDS =
      Map.of(
          "gelu", GELU,
          "gelu_new", GELU_TANH,
          "gelu_pytorch_tanh", GELU_TANH,
          "relu", RELU,
          "silu", SILU,
          "swish", SILU);

  private final String method;

  Activation(String method) {
    this.method = method;
  }

  /** Its name in {@code layers.py}. */
  String method() {
    return method;
  }
}
