package io.github.cola4j.bench;

import java.util.Arrays;

/** What several measurements of one thing come to. */
record Spread(double median, double min, double max, double mean) {
  /**
   * @param values one or more; of an even number the median is the mean of the two in the middle
   */
  static Spread of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Spread(
        median,
        sorted[0],
        sorted[sorted.length - 1],
        Arrays.stream(sorted).average().orElseThrow());
  }
}
