package io.github.cola4j.generate;

import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;

/**
 * Continues prompts with a model, as transformers' {@code generate} does: the same logits give the
 * same tokens, in greedy generation and beam search one for one.
 *
 * <p>A row's result doesn't depend on the others of its batch. Where transformers lets padding of a
 * prompt take part in repetition rules, rows here are as they would be alone.
 */
public final class Generator {
  private final ContinuationSource source;

  /**
   * @param source the model
   */
  public Generator(ContinuationSource source) {
    this.source = source;
  }

  /** Generates without a hand on it. */
  public List<int[]> generate(List<int[]> prompts, GenerationSettings settings) {
    return generate(prompts, settings, GenerationControl.NONE);
  }

  /**
   * Generates.
   *
   * @param prompts tokens of each row, at least one; of an encoder-decoder model the encoder's
   *     input
   * @return the new tokens of each prompt, the end token included where one was generated, nothing
   *     after it
   * @throws IllegalArgumentException for an empty prompt, or settings that the model's vocabulary
   *     can't follow
   * @throws IllegalStateException if the model's logits aren't numbers, or sampling finds every
   *     token forbidden
   * @throws CancellationException if {@link GenerationControl#aborted()} said so
   */
  public List<int[]> generate(
      List<int[]> prompts, GenerationSettings settings, GenerationControl control) {
    if (prompts.isEmpty()) {
      return List.of();
    }
    for (int row = 0; row < prompts.size(); row++) {
      Require.that(
          prompts.get(row).length > 0,
          "prompt %s is empty: give at least one token, the model's bos token for instance",
          row);
    }
    try (Continuation continuation = source.start(prompts, settings.maxNewTokens())) {
      settings.tokens().mustBeBelow(continuation.vocabulary());
      Steps steps = new Steps(continuation, settings, control);
      List<Sequence> starts = starts(prompts, settings);
      List<Sequence> rows =
          settings.strategy() instanceof Strategy.BeamSearch search && search.numBeams() > 1
              ? new Beams(steps, search).continued(starts)
              : new TokenByToken(steps, TokenChoice.of(settings.strategy())).continued(starts);
      return rows.stream().map(Sequence::generated).toList();
    }
  }

  /** What repetition rules see before the first new token. */
  private static List<Sequence> starts(List<int[]> prompts, GenerationSettings settings) {
    OptionalInt start = settings.tokens().decoderStartTokenId();
    return prompts.stream()
        .map(prompt -> start.isPresent() ? new int[] {start.getAsInt()} : prompt.clone())
        .map(Sequence::starting)
        .toList();
  }
}
