package io.github.cola4j.metric;

/** Metrics of a model that predicts the next token, from its mean loss. */
public enum LanguageModelMetric implements Metric {
  /** How many tokens the model wavers between: e to the power of the mean loss. */
  PERPLEXITY("perplexity") {
    @Override
    public double of(double meanLoss) {
      return Math.exp(meanLoss);
    }
  },

  /** The mean loss itself. */
  LOSS("loss") {
    @Override
    public double of(double meanLoss) {
      return meanLoss;
    }
  };

  private final String key;

  LanguageModelMetric(String key) {
    this.key = key;
  }

  /**
   * The metric's value.
   *
   * @param meanLoss the mean over all labelled tokens of −log p(token), natural logarithm
   */
  public abstract double of(double meanLoss);

  @Override
  public String key() {
    return key;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }
}
