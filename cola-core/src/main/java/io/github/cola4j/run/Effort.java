package io.github.cola4j.run;

/** What it took to measure: counts and times that add up. */
final class Effort {
  private static final double NANOS_PER_SECOND = 1e9;

  private long rows;
  private long tokens;
  private long passNanos;
  private long writtenTokens;
  private long writingNanos;

  /**
   * Rows went through the model.
   *
   * @param length what they cost it: their tokens
   */
  void passed(long count, long length, long nanos) {
    rows += count;
    tokens += length;
    passNanos += nanos;
  }

  /** The model wrote so many tokens. */
  void wrote(long count, long nanos) {
    writtenTokens += count;
    writingNanos += nanos;
  }

  /** Rows that went through the model. */
  long rows() {
    return rows;
  }

  /** Tokens that the model wrote. */
  long writtenTokens() {
    return writtenTokens;
  }

  double rowsPerSecond() {
    return perSecond(rows, passNanos);
  }

  double tokensPerSecond() {
    return perSecond(tokens, passNanos);
  }

  double writtenTokensPerSecond() {
    return perSecond(writtenTokens, writingNanos);
  }

  private static double perSecond(long count, long nanos) {
    return nanos == 0 ? 0 : count / (nanos / NANOS_PER_SECOND);
  }
}
