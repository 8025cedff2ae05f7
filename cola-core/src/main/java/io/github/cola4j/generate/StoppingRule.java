package io.github.cola4j.generate;

/** Ends rows beyond their end tokens, at a stop string for instance. */
@FunctionalInterface
public interface StoppingRule {
  /** Ends no row. */
  StoppingRule NONE = (row, tokens) -> false;

  /**
   * Whether a row ends here. Asked after each new token; in beam search of each candidate, so that
   * the answer must depend on the arguments alone.
   *
   * @param row number of the prompt
   * @param tokens all new tokens so far, the last one included; the callee's to keep
   */
  boolean stops(int row, int[] tokens);
}
