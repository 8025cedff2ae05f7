package io.github.cola4j.generate;

import java.util.function.BooleanSupplier;

/**
 * The caller's hand on a generation that is under way.
 *
 * @param stopping ends rows
 * @param listener hears of tokens
 * @param aborted asked before each step; true ends everything with a {@link
 *     java.util.concurrent.CancellationException}
 */
public record GenerationControl(
    StoppingRule stopping, TokenListener listener, BooleanSupplier aborted) {
  /** Lets it run. */
  public static final GenerationControl NONE =
      new GenerationControl(StoppingRule.NONE, TokenListener.NONE, () -> false);

  /** The same with another rule. */
  public GenerationControl withStopping(StoppingRule rule) {
    return new GenerationControl(rule, listener, aborted);
  }

  /** The same with another listener. */
  public GenerationControl withListener(TokenListener other) {
    return new GenerationControl(stopping, other, aborted);
  }

  /** The same with another check. */
  public GenerationControl withAborted(BooleanSupplier check) {
    return new GenerationControl(stopping, listener, check);
  }
}
