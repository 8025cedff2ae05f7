package io.github.cola4j.spec;

import java.util.List;

/** What the model learns to do. */
public enum Task {
  /** A class for each text or pair of texts; {@code sequence-classification}. */
  SEQUENCE_CLASSIFICATION(List.of("accuracy", "f1", "f1_macro", "matthews_correlation"));

  private final List<String> metrics;

  Task(List<String> metrics) {
    this.metrics = metrics;
  }

  /** The metrics that fit the task, the usual one first. */
  public List<String> metrics() {
    return metrics;
  }

  /** The word for it in a spec. */
  public String key() {
    return Type.word(this);
  }
}
