package io.github.cola4j.report;

import java.util.Arrays;

/**
 * Values of one quantity, over seeds.
 *
 * @param mean their mean
 * @param sd their standard deviation, that of a sample: divided by one less than there are; 0 if
 *     there is one only
 * @param count how many there are
 */
public record Spread(double mean, double sd, int count) {
  /** The spread of some values, at least one. */
  static Spread of(double... values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    double sd = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
    return new Spread(mean, sd, values.length);
  }
}
