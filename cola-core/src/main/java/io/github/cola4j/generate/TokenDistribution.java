package io.github.cola4j.generate;

import java.util.Arrays;
import java.util.Random;

/** The distribution that sampling draws from: temperature, then top-k, then top-p. */
final class TokenDistribution {
  /** By how much the seeds of neighbouring rows differ, before they are mixed. */
  static final long BETWEEN_ROWS = 0x9E3779B97F4A7C15L;

  private final Strategy.Sampling sampling;

  TokenDistribution(Strategy.Sampling sampling) {
    this.sampling = sampling;
  }

  /**
   * Probability of each token, 0 for those that were cut.
   *
   * @param scores [vocabulary], changed in place
   * @throws IllegalStateException if every token is forbidden
   */
  double[] of(float[] scores) {
    if (scores[Scores.best(scores)] == Float.NEGATIVE_INFINITY) {
      throw new IllegalStateException(
          "the settings forbid every token that could come next; lower no_repeat_ngram_size or"
              + " min_new_tokens, or stop earlier with max_new_tokens");
    }
    if (sampling.temperature() != 1) {
      float temperature = (float) sampling.temperature();
      for (int token = 0; token < scores.length; token++) {
        scores[token] /= temperature;
      }
    }
    if (sampling.topK() > 0 && sampling.topK() < scores.length) {
      cutBelow(scores, sampling.topK());
    }
    if (sampling.topP() < 1) {
      cutTail(scores, sampling.topP());
    }
    return Scores.probabilities(scores);
  }

  /** Cuts what scores lower than the k-th best; tokens equal to it stay. */
  private static void cutBelow(float[] scores, int k) {
    float[] sorted = scores.clone();
    Arrays.sort(sorted);
    float least = sorted[sorted.length - k];
    for (int token = 0; token < scores.length; token++) {
      if (scores[token] < least) {
        scores[token] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /**
   * Cuts the least likely tokens whose probabilities add up to no more than {@code 1 - topP}, of
   * equal ones the lower token first. Rounded to float where PyTorch rounds.
   */
  private static void cutTail(float[] scores, double topP) {
    double[] probabilities = Scores.probabilities(scores);
    long[] ascending = new long[scores.length];
    for (int token = 0; token < scores.length; token++) {
      ascending[token] = (long) ordered(scores[token]) << Integer.SIZE | token;
    }
    Arrays.sort(ascending);
    float tail = (float) (1 - topP);
    double sum = 0;
    for (int i = 0; i < ascending.length - 1; i++) {
      int token = (int) ascending[i];
      sum += (float) probabilities[token];
      if ((float) sum > tail) {
        return;
      }
      scores[token] = Float.NEGATIVE_INFINITY;
    }
  }

  /** An int that is ordered as the float is. */
  private static int ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  /** Draws a token. */
  static int draw(double[] probabilities, Random random) {
    double left = random.nextDouble();
    int last = 0;
    for (int token = 0; token < probabilities.length; token++) {
      if (probabilities[token] > 0) {
        left -= probabilities[token];
        last = token;
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** The generator of one row: seed and row are mixed, since near seeds of Random draw alike. */
  static Random random(long seed, int row) {
    long mixed = seed + (row + 1) * BETWEEN_ROWS;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return new Random(mixed ^ mixed >>> 31);
  }
}
