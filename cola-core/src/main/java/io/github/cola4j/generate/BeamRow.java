package io.github.cola4j.generate;

import java.util.Arrays;

/**
 * Beam search of one row: {@code numBeams} open beams and as many places for finished ones.
 *
 * <p>Follows the beam search of transformers 5 step by step, in float as there, since which of two
 * near candidates wins decides all that follows.
 */
final class BeamRow {
  /** What is added to a score that must lose against all others but those that can't be at all. */
  private static final float LOST = -1e9f;

  private final int number;
  private final Strategy.BeamSearch search;
  private final int candidates;

  private Sequence[] open;
  private float[] openScores;

  private Sequence[] kept;
  private float[] keptScores;

  /** Whether a kept one is finished; else it is only a place that is still free. */
  private boolean[] finished;

  /** Whether an open beam may still become better than a finished one. */
  private boolean improvable = true;

  private boolean stuck;

  /**
   * @param number of the row's prompt
   * @param candidates how many continuations of all beams a step looks at: so many more than beams
   *     that enough are left to go on when some of them end
   */
  BeamRow(int number, Sequence start, Strategy.BeamSearch search, int candidates) {
    this.number = number;
    this.search = search;
    this.candidates = candidates;
    int beams = search.numBeams();
    open = new Sequence[beams];
    kept = new Sequence[beams];
    Arrays.fill(open, start);
    Arrays.fill(kept, start);
    // All beams are the same at first: only one of them may be continued.
    openScores = new float[beams];
    Arrays.fill(openScores, 1, beams, LOST);
    keptScores = new float[beams];
    Arrays.fill(keptScores, LOST);
    finished = new boolean[beams];
  }

  int number() {
    return number;
  }

  /** The best finished continuation; where none could be finished, the best open one. */
  Sequence best() {
    return finished[0] ? kept[0] : open[0];
  }

  /** Last token of each open beam. */
  int[] lastTokens() {
    return Arrays.stream(open).mapToInt(Sequence::last).toArray();
  }

  boolean done() {
    return !improvable || stuck || full();
  }

  /** With early stopping, as many are finished as there are beams: no other one counts any more. */
  private boolean full() {
    return search.earlyStopping() == EarlyStopping.TRUE && allFinished();
  }

  private boolean allFinished() {
    for (boolean one : finished) {
      if (!one) {
        return false;
      }
    }
    return true;
  }

  /**
   * Adds a token to each open beam.
   *
   * @param logits of all rows of the continuation
   * @param places where the row of each open beam is among them
   * @return for each beam now open, which one it was before; of no use once the row is done
   */
  int[] step(Steps steps, float[] logits, int[] places) {
    int vocabulary = steps.vocabulary();
    BestScores best = new BestScores(candidates);
    for (int beam = 0; beam < open.length; beam++) {
      float[] scores = steps.logProbabilities(logits, places[beam], open[beam]);
      for (int token = 0; token < vocabulary; token++) {
        best.offer(scores[token] + openScores[beam], beam * vocabulary + token);
      }
    }
    if (best.score(0) == Float.NEGATIVE_INFINITY) {
      // The rules forbid every token: the open beams are as long as they can become.
      stuck = true;
      return new int[0];
    }
    Sequence[] next = new Sequence[candidates];
    float[] nextScores = new float[candidates];
    boolean[] ends = new boolean[candidates];
    stuck = true;
    for (int i = 0; i < candidates; i++) {
      next[i] = open[best.index(i) / vocabulary].then(best.index(i) % vocabulary);
      nextScores[i] = best.score(i);
      ends[i] = steps.ends(number, next[i]);
      stuck &= ends[i];
    }
    keep(next, nextScores, ends);
    int[] chosen = open(next, nextScores, ends);
    improvable = improvable(steps.settings().maxNewTokens());
    return Arrays.stream(chosen).map(i -> best.index(i) / vocabulary).toArray();
  }

  /** Goes on with the best candidates that don't end; returns which. */
  private int[] open(Sequence[] next, float[] nextScores, boolean[] ends) {
    float[] scores = nextScores.clone();
    for (int i = 0; i < scores.length; i++) {
      scores[i] += ends[i] ? LOST : 0;
    }
    BestScores best = BestScores.of(scores, open.length);
    int[] chosen = new int[open.length];
    for (int beam = 0; beam < open.length; beam++) {
      chosen[beam] = best.index(beam);
      open[beam] = next[chosen[beam]];
      openScores[beam] = best.score(beam);
    }
    return chosen;
  }

  /** Keeps the best of what was finished before and what ends now among the first candidates. */
  private void keep(Sequence[] next, float[] nextScores, boolean[] ends) {
    int beams = open.length;
    float penalty = lengthPenalty(next[0].newTokens());
    Sequence[] all = Arrays.copyOf(kept, beams + candidates);
    float[] allScores = Arrays.copyOf(keptScores, beams + candidates);
    boolean[] allFinished = Arrays.copyOf(finished, beams + candidates);
    for (int i = 0; i < candidates; i++) {
      boolean endsNow = ends[i] && i < beams;
      all[beams + i] = next[i];
      allScores[beams + i] = nextScores[i] / penalty + (endsNow ? 0 : LOST);
      allFinished[beams + i] = endsNow;
    }
    BestScores best = BestScores.of(allScores, beams);
    for (int place = 0; place < beams; place++) {
      kept[place] = all[best.index(place)];
      keptScores[place] = best.score(place);
      finished[place] = allFinished[best.index(place)];
    }
  }

  private boolean improvable(int maxNewTokens) {
    boolean couldGrow = search.earlyStopping() == EarlyStopping.NEVER && search.lengthPenalty() > 0;
    int length = couldGrow ? maxNewTokens : open[0].newTokens();
    float hope = openScores[0] / lengthPenalty(length);
    // The worst kept one is LOST while a place is free, which any hope betters.
    return hope > keptScores[keptScores.length - 1];
  }

  private float lengthPenalty(int length) {
    return (float) Math.pow(length, search.lengthPenalty());
  }
}
