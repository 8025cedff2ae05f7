package io.github.cola4j.metric;

import java.util.Arrays;

/**
 * Metrics of predicted classes, as scikit-learn defines them with {@code zero_division=0}: where a
 * quotient has no meaning it is 0.
 */
public enum ClassificationMetric implements Metric {
  /** The share of predictions that are right. */
  ACCURACY("accuracy") {
    @Override
    double of(Confusion c) {
      return (double) c.right() / c.total();
    }
  },

  /** F1 of class 1 among the two classes 0 and 1. */
  F1("f1") {
    @Override
    double of(Confusion c) {
      if (c.classes() > 2) {
        throw new IllegalArgumentException("f1 is for two classes, 0 and 1; take f1_macro");
      }
      return c.classes() == 2 ? c.f1(1) : 0;
    }
  },

  /** F1 of each class that occurs among labels or predictions, averaged without weights. */
  F1_MACRO("f1_macro") {
    @Override
    double of(Confusion c) {
      double sum = 0;
      int present = 0;
      for (int k = 0; k < c.classes(); k++) {
        if (c.labelled[k] + c.predicted[k] > 0) {
          sum += c.f1(k);
          present++;
        }
      }
      return sum / present;
    }
  },

  /** Matthews correlation, for any number of classes; 0 where one side has one class only. */
  MATTHEWS_CORRELATION("matthews_correlation") {
    @Override
    double of(Confusion c) {
      double n = c.total();
      double both = 0;
      double labels = 0;
      double predictions = 0;
      for (int k = 0; k < c.classes(); k++) {
        both += (double) c.labelled[k] * c.predicted[k];
        labels += (double) c.labelled[k] * c.labelled[k];
        predictions += (double) c.predicted[k] * c.predicted[k];
      }
      double spread = (n * n - labels) * (n * n - predictions);
      return spread == 0 ? 0 : (c.right() * n - both) / Math.sqrt(spread);
    }
  };

  private final String key;

  ClassificationMetric(String key) {
    this.key = key;
  }

  abstract double of(Confusion counts);

  /**
   * The metric's value.
   *
   * @param labels the true classes, 0 or more
   * @param predictions the predicted classes, one for each label
   * @throws IllegalArgumentException where the two differ in length, are empty, or hold a negative
   *     class; for {@link #F1} also where there is a class beyond 1
   */
  public double of(int[] labels, int[] predictions) {
    return of(Confusion.of(labels, predictions));
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  /** What the metrics need of the confusion matrix: its diagonal and the sums of its two sides. */
  record Confusion(int[] hits, int[] labelled, int[] predicted) {
    static Confusion of(int[] labels, int[] predictions) {
      if (labels.length != predictions.length || labels.length == 0) {
        throw new IllegalArgumentException(
            "one prediction for each label: " + predictions.length + " for " + labels.length);
      }
      int classes = 0;
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] < 0 || predictions[i] < 0) {
          throw new IllegalArgumentException(
              "classes count from 0: label " + labels[i] + ", prediction " + predictions[i]);
        }
        classes = Math.max(classes, 1 + Math.max(labels[i], predictions[i]));
      }
      Confusion counts = new Confusion(new int[classes], new int[classes], new int[classes]);
      for (int i = 0; i < labels.length; i++) {
        counts.labelled[labels[i]]++;
        counts.predicted[predictions[i]]++;
        if (labels[i] == predictions[i]) {
          counts.hits[labels[i]]++;
        }
      }
      return counts;
    }

    int classes() {
      return hits.length;
    }

    int total() {
      return Arrays.stream(labelled).sum();
    }

    int right() {
      return Arrays.stream(hits).sum();
    }

    double f1(int k) {
      int among = labelled[k] + predicted[k];
      return among == 0 ? 0 : 2.0 * hits[k] / among;
    }
  }
}
