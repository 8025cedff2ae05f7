package io.github.cola4j.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Metrics of predicted numbers. A correlation with a side that is constant has no meaning and is 0
 * here, as {@link ClassificationMetric#MATTHEWS_CORRELATION} is (SciPy: NaN).
 */
public enum RegressionMetric implements Metric {
  /** Pearson correlation. */
  PEARSON("pearson", true) {
    @Override
    double value(double[] labels, double[] predictions) {
      return correlation(labels, predictions);
    }
  },

  /** Spearman correlation: Pearson's of the ranks, where equal values share their mean rank. */
  SPEARMAN("spearman", true) {
    @Override
    double value(double[] labels, double[] predictions) {
      return correlation(ranks(labels), ranks(predictions));
    }
  },

  /** Mean squared error. */
  MSE("mse", false) {
    @Override
    double value(double[] labels, double[] predictions) {
      double sum = 0;
      for (int i = 0; i < labels.length; i++) {
        sum += (labels[i] - predictions[i]) * (labels[i] - predictions[i]);
      }
      return sum / labels.length;
    }
  };

  private final String key;
  private final boolean higherIsBetter;

  RegressionMetric(String key, boolean higherIsBetter) {
    this.key = key;
    this.higherIsBetter = higherIsBetter;
  }

  abstract double value(double[] labels, double[] predictions);

  /**
   * The metric's value; NaN where a number among them is NaN.
   *
   * @param labels the true numbers
   * @param predictions the predicted numbers, one for each label
   * @throws IllegalArgumentException where the two differ in length or are empty
   */
  public double of(double[] labels, double[] predictions) {
    if (labels.length != predictions.length || labels.length == 0) {
      throw new IllegalArgumentException(
          "one prediction for each label: " + predictions.length + " for " + labels.length);
    }
    if (hasNaN(labels) || hasNaN(predictions)) {
      return Double.NaN;
    }
    return value(labels, predictions);
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  private static boolean hasNaN(double[] values) {
    return Arrays.stream(values).anyMatch(Double::isNaN);
  }

  private static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(v -> v == values[0]);
  }

  private static double correlation(double[] x, double[] y) {
    // Asked of the values themselves: a rounded mean would leave a constant side a tiny spread.
    if (isConstant(x) || isConstant(y)) {
      return 0;
    }
    double meanX = Arrays.stream(x).average().getAsDouble();
    double meanY = Arrays.stream(y).average().getAsDouble();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = x[i] - meanX;
      double dy = y[i] - meanY;
      xy += dx * dy;
      xx += dx * dx;
      yy += dy * dy;
    }
    double spread = Math.sqrt(xx) * Math.sqrt(yy);
    return spread == 0 ? 0 : Math.max(-1, Math.min(1, xy / spread));
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      double mean = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        ranks[order[i]] = mean;
      }
    }
    return ranks;
  }
}
