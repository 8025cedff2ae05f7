package io.github.cola4j.generate;

/** When beam search ends a row ({@code early_stopping} in transformers). */
public enum EarlyStopping {
  /**
   * {@code false}: when the best open beam, scored at the length it has now, is no better than the
   * worst of {@code numBeams} finished ones.
   */
  FALSE,

  /** {@code true}: as soon as there are {@code numBeams} finished ones, or when FALSE would. */
  TRUE,

  /**
   * {@code "never"}: as FALSE, but with a length penalty above zero the best open beam is scored at
   * the greatest length it could reach.
   */
  NEVER
}
