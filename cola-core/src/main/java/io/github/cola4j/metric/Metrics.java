package io.github.cola4j.metric;

import java.util.LinkedHashMap;
import java.util.Map;

/** The metrics that a task reports together, by their keys, in a fixed order. */
public final class Metrics {
  private Metrics() {}

  /**
   * Accuracy, F1 (of class 1, where there are two classes), macro F1 and Matthews correlation.
   *
   * @param classes how many classes the task has; it, not the data, decides which metrics there are
   */
  public static Map<String, Double> forClassification(
      int classes, int[] labels, int[] predictions) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (ClassificationMetric metric : ClassificationMetric.values()) {
      if (metric != ClassificationMetric.F1 || classes == 2) {
        values.put(metric.key(), metric.of(labels, predictions));
      }
    }
    return values;
  }

  /** Pearson and Spearman correlation and mean squared error. */
  public static Map<String, Double> forRegression(double[] labels, double[] predictions) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (RegressionMetric metric : RegressionMetric.values()) {
      values.put(metric.key(), metric.of(labels, predictions));
    }
    return values;
  }
}
