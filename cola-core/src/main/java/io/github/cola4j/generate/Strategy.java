package io.github.cola4j.generate;

/** How the next token is chosen. */
public sealed interface Strategy {
  /** The token with the highest score ({@code do_sample} false, {@code num_beams} 1). */
  record Greedy() implements Strategy {}

  /**
   * A token drawn from the softmax of the scores ({@code do_sample} true, {@code num_beams} 1),
   * which are first divided by the temperature, then cut by top-k, then by top-p.
   *
   * <p>Row {@code i} of a batch draws one {@link java.util.Random#nextDouble()} per token from a
   * generator of its own, seeded from {@code (seed, i)}: what it gets depends on no other row, and
   * is the same on every machine that computes the same logits. It isn't what PyTorch draws from
   * the same seed.
   *
   * @param temperature above 0; below 1 sharpens the distribution, above 1 flattens it
   * @param topK keeps the tokens that score no lower than the k-th best; 0 keeps all
   * @param topP keeps the smallest set of best tokens whose probabilities reach this, at least one;
   *     in [0, 1], 1 keeps all
   * @param seed the same seed, settings and logits give the same tokens
   */
  record Sampling(double temperature, int topK, double topP, long seed) implements Strategy {
    /**
     * @throws IllegalArgumentException for a value out of its range
     */
    public Sampling {
      Require.that(
          temperature > 0 && Double.isFinite(temperature),
          "temperature has to be a number above 0, but is %s; for the most likely token each time,"
              + " take greedy generation",
          temperature);
      Require.that(topK >= 0, "top_k has to be 0 (keep all) or more, but is %s", topK);
      Require.that(topP >= 0 && topP <= 1, "top_p has to be between 0 and 1, but is %s", topP);
    }

    /**
     * The same for rows that are generated in several batches: row {@code i} of a batch draws as
     * row {@code first + i} would in a batch of all.
     */
    public Sampling startingAt(long first) {
      return new Sampling(temperature, topK, topP, seed + first * TokenDistribution.BETWEEN_ROWS);
    }
  }

  /**
   * Keeps several continuations of each row and returns the one with the best score: the sum of log
   * probabilities over {@code length^lengthPenalty}, where length counts new tokens, the end token
   * included ({@code do_sample} false, {@code num_beams} above 1).
   *
   * <p>Equal scores are ordered by beam, then by token; PyTorch leaves their order open.
   *
   * @param numBeams how many continuations, at least 1
   * @param lengthPenalty above 0 favours longer ones, below 0 shorter ones
   * @param earlyStopping when a row is done
   */
  record BeamSearch(int numBeams, double lengthPenalty, EarlyStopping earlyStopping)
      implements Strategy {
    /**
     * @throws IllegalArgumentException for a value out of its range
     */
    public BeamSearch {
      Require.that(numBeams >= 1, "num_beams has to be 1 or more, but is %s", numBeams);
      Require.that(
          Double.isFinite(lengthPenalty),
          "length_penalty has to be a finite number, but is %s",
          lengthPenalty);
      Require.that(earlyStopping != null, "early_stopping is missing: false, true or never");
    }
  }
}
