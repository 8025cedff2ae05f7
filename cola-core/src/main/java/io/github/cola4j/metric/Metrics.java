package io.github.cola4j.metric;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The metrics that a task reports together, by their keys, in a fixed order. */
public final class Metrics {
  private Metrics() {}

  /**
   * The metric of a key.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Metric of(String key) {
    return Stream.<Metric[]>of(
            ClassificationMetric.values(),
            RegressionMetric.values(),
            LanguageModelMetric.values(),
            RougeMetric.values())
        .flatMap(Arrays::stream)
        .filter(metric -> metric.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no metric is called " + key));
  }

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

  /**
   * Perplexity and loss.
   *
   * @param meanLoss the mean over all labelled tokens of −log p(token)
   */
  public static Map<String, Double> forLanguageModel(double meanLoss) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (LanguageModelMetric metric : LanguageModelMetric.values()) {
      values.put(metric.key(), metric.of(meanLoss));
    }
    return values;
  }

  /**
   * ROUGE-1, -2 and -L.
   *
   * @param references one or more for each text; the best one counts
   */
  public static Map<String, Double> forGeneratedTexts(
      List<String> predictions, List<List<String>> references) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (RougeMetric metric : RougeMetric.values()) {
      values.put(metric.key(), metric.mean(predictions, references));
    }
    return values;
  }
}
