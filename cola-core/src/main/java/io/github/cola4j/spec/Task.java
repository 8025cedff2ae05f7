package io.github.cola4j.spec;

import java.util.List;

/** What the model learns to do. */
public enum Task {
  /** A class for each text or pair of texts; {@code sequence-classification}. */
  SEQUENCE_CLASSIFICATION("accuracy", "f1", "f1_macro", "matthews_correlation"),

  /** A number for each text or pair of texts; {@code sequence-regression}. */
  SEQUENCE_REGRESSION("pearson", "spearman", "mse"),

  /** The next token of a text; {@code causal-lm}. */
  CAUSAL_LM("perplexity", "loss"),

  /** A text for each text, by an encoder and a decoder; {@code sequence-to-sequence}. */
  SEQUENCE_TO_SEQUENCE("perplexity", "loss", "rouge1", "rouge2", "rougeL"),

  /** A class for each picture; {@code image-classification}. */
  IMAGE_CLASSIFICATION("accuracy", "f1", "f1_macro");

  private final List<String> metrics;

  Task(String... metrics) {
    this.metrics = List.of(metrics);
  }

  /**
   * The metrics that fit the task, the usual one first. Those of generated text, {@code rouge…},
   * are there only where an evaluation generates.
   */
  public List<String> metrics() {
    return metrics;
  }

  /** Whether the model writes text, so that a spec may say how. */
  public boolean generates() {
    return this == CAUSAL_LM || this == SEQUENCE_TO_SEQUENCE;
  }

  /** Whether classes are learned, which have names. */
  boolean classifies() {
    return this == SEQUENCE_CLASSIFICATION || this == IMAGE_CLASSIFICATION;
  }

  /** The word for it in a spec. */
  public String key() {
    return Type.word(this);
  }
}
