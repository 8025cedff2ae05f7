package io.github.cola4j.generate;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/** What each step of a generation does, whatever its strategy: scores in, tokens out, the end. */
final class Steps {
  private final Continuation continuation;
  private final GenerationSettings settings;
  private final GenerationControl control;
  private final ScoreRules rules;

  Steps(Continuation continuation, GenerationSettings settings, GenerationControl control) {
    this.continuation = continuation;
    this.settings = settings;
    this.control = control;
    this.rules = new ScoreRules(settings);
  }

  int vocabulary() {
    return continuation.vocabulary();
  }

  GenerationSettings settings() {
    return settings;
  }

  /** Logits of all rows that are being continued. */
  float[] logits() {
    if (control.aborted().getAsBoolean()) {
      throw new CancellationException("generation was cut short by its caller");
    }
    return continuation.logits();
  }

  /** One row's logits, after the rules. */
  float[] scores(float[] logits, int place, Sequence row) {
    float[] scores = Scores.ofRow(continuation, logits, place);
    rules.apply(row, scores);
    return scores;
  }

  /** One row's log probabilities, after the rules, which may leave them no distribution. */
  float[] logProbabilities(float[] logits, int place, Sequence row) {
    float[] scores = Scores.ofRow(continuation, logits, place);
    Scores.toLogProbabilities(scores);
    rules.apply(row, scores);
    return scores;
  }

  void tell(int row, int token) {
    control.listener().generated(row, token);
  }

  /** Whether a row ends with its last token. */
  boolean ends(int number, Sequence row) {
    return settings.tokens().eosTokenIds().contains(row.last())
        || row.newTokens() == settings.maxNewTokens()
        || control.stopping().stops(number, row.generated());
  }

  /** Goes on with the rows at {@code places}, each with a token more. */
  void advance(int[] places, int[] tokens) {
    if (!Arrays.equals(places, IntStream.range(0, continuation.rows()).toArray())) {
      continuation.select(places);
    }
    continuation.append(tokens);
  }
}
