package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Scalar;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value of the section {@code gates}: what a metric must reach for a build to pass. Kept for the
 * front ends; training does not look at it.
 *
 * @param comparison how the metric is compared
 * @param bound with what
 */
public record Gate(Comparison comparison, double bound) {
  private static final Pattern CONDITION = Pattern.compile("\\s*(>=|<=|>|<)\\s*(\\S+)\\s*");

  /** The sign of a comparison. */
  public enum Comparison {
    AT_LEAST(">="),
    ABOVE(">"),
    AT_MOST("<="),
    BELOW("<");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }
  }

  /** Whether a value of the metric passes; one that is not a number never does. */
  public boolean passes(double value) {
    return switch (comparison) {
      case AT_LEAST -> value >= bound;
      case ABOVE -> value > bound;
      case AT_MOST -> value <= bound;
      case BELOW -> value < bound;
    };
  }

  /** As in a spec: {@code >= 0.8}. */
  @Override
  public String toString() {
    return comparison.sign + " " + Scalar.of(bound).text();
  }

  static final Type<Gate> TYPE =
      new Type<>(
          node -> {
            if (node instanceof Scalar scalar) {
              Matcher condition = CONDITION.matcher(scalar.text());
              if (condition.matches()) {
                Comparison comparison =
                    Arrays.stream(Comparison.values())
                        .filter(one -> one.sign.equals(condition.group(1)))
                        .findFirst()
                        .orElseThrow();
                double bound = bound(Scalar.of(condition.group(2)));
                if (Double.isFinite(bound)) {
                  return new Gate(comparison, bound);
                }
              }
            }
            throw Unfit.expected(
                "a condition in quotes, >= > <= or < and a number: \">= 0.8\"", node);
          },
          gate -> Scalar.of(gate.toString()));

  private static double bound(Scalar text) {
    // Adding zero makes a negative zero a plain one.
    return Type.decimal(text).map(number -> number.doubleValue() + 0.0).orElse(Double.NaN);
  }
}
