package io.github.cola4j.metric;

/** A number that says how good predictions are. */
public sealed interface Metric
    permits ClassificationMetric, RegressionMetric, LanguageModelMetric, RougeMetric {
  /** The name in a spec and in reports, say {@code f1_macro}. */
  String key();

  /** Whether a larger value is a better one. */
  boolean higherIsBetter();
}
