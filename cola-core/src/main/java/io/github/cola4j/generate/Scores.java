package io.github.cola4j.generate;

import java.util.Arrays;

/** Numbers that rank the tokens of a vocabulary. */
final class Scores {
  private Scores() {}

  /**
   * A copy of one row of a continuation's logits.
   *
   * @throws IllegalStateException if they hold NaN or positive infinity
   */
  static float[] ofRow(Continuation continuation, float[] logits, int row) {
    int vocabulary = continuation.vocabulary();
    float[] scores = Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
    for (int token = 0; token < vocabulary; token++) {
      if (!(scores[token] < Float.POSITIVE_INFINITY)) {
        throw new IllegalStateException(
            "the model gave "
                + scores[token]
                + " as the logit of token "
                + token
                + ", so that no"
                + " next token can be chosen; its weights, or the adapter's, hold numbers that are"
                + " not finite or overflow");
      }
    }
    return scores;
  }

  /** Index of the greatest score, the first of equal ones. */
  static int best(float[] scores) {
    int best = 0;
    for (int token = 1; token < scores.length; token++) {
      if (scores[token] > scores[best]) {
        best = token;
      }
    }
    return best;
  }

  /** Turns logits into log probabilities, in place. */
  static void toLogProbabilities(float[] scores) {
    float greatest = scores[best(scores)];
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - greatest);
    }
    float logSum = (float) Math.log(sum);
    for (int token = 0; token < scores.length; token++) {
      scores[token] = scores[token] - greatest - logSum;
    }
  }

  /** Probabilities of logits; those of negative infinity are 0. */
  static double[] probabilities(float[] scores) {
    float greatest = scores[best(scores)];
    double[] probabilities = new double[scores.length];
    double sum = 0;
    for (int token = 0; token < scores.length; token++) {
      probabilities[token] = Math.exp(scores[token] - greatest);
      sum += probabilities[token];
    }
    for (int token = 0; token < scores.length; token++) {
      probabilities[token] /= sum;
    }
    return probabilities;
  }
}
