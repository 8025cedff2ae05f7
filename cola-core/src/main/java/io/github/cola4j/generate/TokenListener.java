package io.github.cola4j.generate;

/** Hears of tokens as they come, to show text while it is being written. */
@FunctionalInterface
public interface TokenListener {
  /** Hears nothing. */
  TokenListener NONE = (row, token) -> {};

  /**
   * Called once for each new token, end tokens included, in the order of its row. Beam search knows
   * none before the row is done, and tells them all then.
   *
   * @param row number of the prompt
   */
  void generated(int row, int token);
}
