package io.github.cola4j.task;

import io.github.cola4j.metric.Metrics;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** What a model made of a batch's rows, beside what it should have made of them. */
public sealed interface Outcome {

  /**
   * Classes.
   *
   * @param classes how many there are
   * @param labels the right one of each row [rows]
   * @param predictions the one of the greatest logit of each row [rows]
   */
  record Classes(int classes, int[] labels, int[] predictions) implements Outcome {
    /** All metrics of a classification. */
    static Map<String, Double> metrics(List<Outcome> outcomes) {
      List<Classes> all = outcomes.stream().map(Classes.class::cast).toList();
      return Metrics.forClassification(
          all.get(0).classes,
          all.stream().flatMapToInt(o -> IntStream.of(o.labels)).toArray(),
          all.stream().flatMapToInt(o -> IntStream.of(o.predictions)).toArray());
    }

    /**
     * From logits.
     *
     * @param logits [rows, classes]
     */
    static Classes of(int[] labels, float[] logits) {
      int classes = logits.length / labels.length;
      int[] predictions = new int[labels.length];
      for (int row = 0; row < labels.length; row++) {
        for (int c = 1; c < classes; c++) {
          if (logits[row * classes + c] > logits[row * classes + predictions[row]]) {
            predictions[row] = c;
          }
        }
      }
      return new Classes(classes, labels, predictions);
    }
  }

  /**
   * Numbers.
   *
   * @param scores the right ones [rows]
   * @param predictions the model's [rows]
   */
  record Scores(float[] scores, float[] predictions) implements Outcome {
    /** All metrics of a regression. */
    static Map<String, Double> metrics(List<Outcome> outcomes) {
      List<Scores> all = outcomes.stream().map(Scores.class::cast).toList();
      return Metrics.forRegression(
          all.stream().flatMapToDouble(o -> doubles(o.scores)).toArray(),
          all.stream().flatMapToDouble(o -> doubles(o.predictions)).toArray());
    }

    private static DoubleStream doubles(float[] values) {
      return IntStream.range(0, values.length).mapToDouble(i -> values[i]);
    }
  }

  /**
   * Tokens.
   *
   * @param surprise the sum of −log p(token) over the labelled ones
   * @param items how many those are
   */
  record Tokens(double surprise, long items) implements Outcome {
    /** Perplexity and mean loss. */
    static Map<String, Double> metrics(List<Outcome> outcomes) {
      return Metrics.forLanguageModel(sum(outcomes, o -> o.surprise) / sum(outcomes, o -> o.items));
    }

    private static double sum(List<Outcome> outcomes, ToDoubleFunction<Tokens> part) {
      return outcomes.stream().map(Tokens.class::cast).mapToDouble(part).sum();
    }
  }
}
