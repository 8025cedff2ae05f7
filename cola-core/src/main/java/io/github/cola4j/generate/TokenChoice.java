package io.github.cola4j.generate;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Chooses the next token of a row. */
@FunctionalInterface
interface TokenChoice {
  /**
   * @param row number of the prompt
   * @param scores [vocabulary], may be changed
   */
  int of(int row, float[] scores);

  /** The choice of one generation: draws go on from where the row's last one was. */
  static TokenChoice of(Strategy strategy) {
    if (!(strategy instanceof Strategy.Sampling sampling)) {
      return (row, scores) -> Scores.best(scores);
    }
    TokenDistribution distribution = new TokenDistribution(sampling);
    Map<Integer, Random> randoms = new HashMap<>();
    return (row, scores) ->
        TokenDistribution.draw(
            distribution.of(scores),
            randoms.computeIfAbsent(row, r -> TokenDistribution.random(sampling.seed(), r)));
  }
}
