package io.github.cola4j.spec;

import java.math.BigDecimal;

/** The numbers that a key takes, with the words that say so after {@code a number}. */
record Range(BigDecimal low, boolean withLow, BigDecimal high, boolean withHigh, String words) {
  static Range atLeast(long low) {
    return new Range(BigDecimal.valueOf(low), true, null, false, ", at least " + low);
  }

  static Range above(long low) {
    return new Range(BigDecimal.valueOf(low), false, null, false, " above " + low);
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

  boolean holds(BigDecimal number) {
    int low = number.compareTo(this.low);
    if (low < 0 || low == 0 && !withLow) {
      return false;
    }
    if (high == null) {
      return true;
    }
    int high = number.compareTo(this.high);
    return high < 0 || high == 0 && withHigh;
  }
}
