package io.github.cola4j.generate;

/** The k best of many scores, best first; of equal ones the one that was offered earlier. */
final class BestScores {
  private final float[] scores;
  private final int[] indices;
  private int size;

  BestScores(int k) {
    scores = new float[k];
    indices = new int[k];
  }

  /** The k best of an array. */
  static BestScores of(float[] all, int k) {
    BestScores best = new BestScores(k);
    for (int index = 0; index < all.length; index++) {
      best.offer(all[index], index);
    }
    return best;
  }

  void offer(float score, int index) {
    if (size == scores.length && !(score > scores[size - 1])) {
      return;
    }
    int place = size < scores.length ? size++ : size - 1;
    while (place > 0 && score > scores[place - 1]) {
      scores[place] = scores[place - 1];
      indices[place] = indices[place - 1];
      place--;
    }
    scores[place] = score;
    indices[place] = index;
  }

  float score(int rank) {
    return scores[rank];
  }

  int index(int rank) {
    return indices[rank];
  }
}
