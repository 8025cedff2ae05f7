package io.github.cola4j.generate;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What settings do to the scores of a row's next token, in the order of transformers: repetition
 * penalty, repeated n-grams, smallest length, forced first token, forced last token. Scores are
 * logits in greedy generation and sampling, log probabilities in beam search.
 */
final class ScoreRules {
  private final GenerationSettings settings;

  ScoreRules(GenerationSettings settings) {
    this.settings = settings;
  }

  /**
   * Changes the scores in place.
   *
   * @param scores [vocabulary]
   */
  void apply(Sequence row, float[] scores) {
    if (settings.repetitionPenalty() != 1) {
      penalize(row, scores);
    }
    if (settings.noRepeatNgramSize() > 0) {
      forbidRepetition(row, scores);
    }
    if (row.newTokens() < settings.minNewTokens()) {
      settings.tokens().eosTokenIds().forEach(token -> scores[token] = Float.NEGATIVE_INFINITY);
    }
    if (row.length() == 1) {
      settings.tokens().forcedBosTokenId().ifPresent(token -> force(token, scores));
    }
    if (row.newTokens() == settings.maxNewTokens() - 1) {
      settings.tokens().forcedEosTokenId().ifPresent(token -> force(token, scores));
    }
  }

  private void penalize(Sequence row, float[] scores) {
    float penalty = (float) settings.repetitionPenalty();
    BitSet seen = new BitSet();
    for (int token : row.tokens()) {
      // A prompt may hold tokens that the head has no score for.
      if (token < scores.length && !seen.get(token)) {
        seen.set(token);
        scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty;
      }
    }
  }

  private void forbidRepetition(Sequence row, float[] scores) {
    int[] tokens = row.tokens();
    int before = settings.noRepeatNgramSize() - 1;
    int suffix = tokens.length - before;
    for (int start = 0; start + before < tokens.length; start++) {
      int next = tokens[start + before];
      if (next < scores.length
          && Arrays.equals(tokens, start, start + before, tokens, suffix, tokens.length)) {
        scores[next] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private static void force(int token, float[] scores) {
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    scores[token] = 0;
  }
}
