package io.github.cola4j.lock;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.cola4j.metric.LanguageModelMetric;
import io.github.cola4j.metric.Metric;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.metric.RegressionMetric;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a metric may be from the locked one on another platform: a number, or a share of the
 * locked value, written {@code "1 %"}.
 *
 * @param amount not negative; of a share in percent
 * @param percent whether it is a share
 */
public record Tolerance(BigDecimal amount, boolean percent) {
  private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(%?)");
  private static final double HUNDRED = 100;

  /**
   * What is allowed where nobody said otherwise: 0.01 for rates and correlations, 1 % for what has
   * no upper end. A machine that was made to compute as others do changed almost every weight in
   * its last bits and moved no rate at all; another seed moves one by 0.006 and more (MiniLM, 872
   * rows of SST-2). So this notices another result, and leaves room for a few rows on the border
   * between classes.
   */
  static Tolerance usual(String metric) {
    Metric known = Metrics.of(metric);
    return known instanceof LanguageModelMetric || known == RegressionMetric.MSE
        ? new Tolerance(BigDecimal.ONE, true)
        : new Tolerance(new BigDecimal("0.01"), false);
  }

  /**
   * @param written a number, or a text like {@code 1 %}
   * @throws IllegalArgumentException if it is neither
   */
  @JsonCreator
  static Tolerance of(Object written) {
    Matcher text = TEXT.matcher(String.valueOf(written));
    if (written instanceof Number number && number.doubleValue() >= 0) {
      return new Tolerance(new BigDecimal(number.toString()), false);
    }
    if (!text.matches()) {
      throw new IllegalArgumentException(
          "a tolerance is a number that is not negative, or a share like \"1 %\"");
    }
    return new Tolerance(new BigDecimal(text.group(1)), !text.group(2).isEmpty());
  }

  /** As it stands in the file. */
  @JsonValue
  Object written() {
    return percent ? amount.toPlainString() + " %" : amount;
  }

  /** Whether a value may stand for the locked one. */
  boolean allows(double was, double is) {
    double allowed = amount.doubleValue();
    return Double.compare(was, is) == 0
        || Math.abs(is - was) <= (percent ? Math.abs(was) * allowed / HUNDRED : allowed);
  }

  @Override
  public String toString() {
    return written().toString();
  }
}
