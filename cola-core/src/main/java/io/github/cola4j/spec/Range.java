package io.github.cola4j.spec;

import java.math.BigDecimal;

/**
 * The numbers that a key takes, with the words that say so after {@code a number}; a null end is
 * none.
 */
record Range(BigDecimal low, boolean withLow, BigDecimal high, boolean withHigh, String words) {
  /** Threads of a tensor operation: PyTorch ends the process where there cannot be as many. */
  static final Range THREADS = between(1, 1024);

  static Range atLeast(long low) {
    return new Range(BigDecimal.valueOf(low), true, null, false, ", at least " + low);
  }

  static Range above(long low) {
    return new Range(BigDecimal.valueOf(low), false, null, false, " above " + low);
  }

  /** Any number. */
  static Range any() {
    return new Range(null, false, null, false, "");
  }

  /** Above {@code low}, and at most {@code high}. */
  static Range upTo(long low, long high) {
    return new Range(
        BigDecimal.valueOf(low),
        false,
        BigDecimal.valueOf(high),
        true,
        " above " + low + ", at most " + high);
  }

  /** From {@code low} to {@code high}. */
  static Range between(long low, long high) {
    return new Range(
        BigDecimal.valueOf(low),
        true,
        BigDecimal.valueOf(high),
        true,
        ", from " + low + " to " + high);
  }

  /** From {@code low} up to, but without, {@code high}. */
  static Range below(long low, long high) {
    return new Range(
        BigDecimal.valueOf(low),
        true,
        BigDecimal.valueOf(high),
        false,
        ", at least " + low + " and below " + high);
  }

  /** The same, but where it has no upper end, up to one that goes without saying. */
  Range noMoreThan(long most) {
    return high == null ? new Range(low, withLow, BigDecimal.valueOf(most), true, words) : this;
  }

  boolean holds(BigDecimal number) {
    int above = low == null ? 1 : number.compareTo(low);
    int below = high == null ? 1 : high.compareTo(number);
    return (above > 0 || above == 0 && withLow) && (below > 0 || below == 0 && withHigh);
  }
}
