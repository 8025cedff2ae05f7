package io.github.cola4j.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers for people. */
final class Figures {
  private static final double NO_DECIMALS_FROM = 1000;
  private static final MathContext FOUR_DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

  private Figures() {}

  /** With four digits at least, and no decimals from a thousand on. */
  static String of(double value) {
    if (Math.abs(value) >= NO_DECIMALS_FROM) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(FOUR_DIGITS);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
