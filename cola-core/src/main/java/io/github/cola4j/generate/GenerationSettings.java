package io.github.cola4j.generate;

/**
 * What to generate and how, by the names of transformers' {@code generation_config.json}.
 *
 * <p>Lengths count new tokens. A file's {@code max_length} and {@code min_length} count the prefix
 * too: take off the prompt's length, or 1 (the decoder's start token) of an encoder-decoder model.
 *
 * @param maxNewTokens how many tokens a row gets at most, at least 1
 * @param minNewTokens no end token is chosen before a row has this many; above {@code maxNewTokens}
 *     none ever is
 * @param strategy how the next token is chosen
 * @param tokens tokens with a meaning
 * @param repetitionPenalty above 1 lowers the scores of tokens that the row holds already, prefix
 *     included (a negative score is multiplied by it, another one divided); 1 changes nothing
 * @param noRepeatNgramSize no sequence of so many tokens comes twice in a row, prefix included; 0
 *     allows all
 */
public record GenerationSettings(
    int maxNewTokens,
    int minNewTokens,
    Strategy strategy,
    SpecialTokens tokens,
    double repetitionPenalty,
    int noRepeatNgramSize) {

  /** Greedy, 20 tokens, no end token: what transformers does when nothing is said. */
  public static final GenerationSettings DEFAULT =
      new GenerationSettings(20, 0, new Strategy.Greedy(), SpecialTokens.NONE, 1, 0);

  /**
   * @throws IllegalArgumentException for a value out of its range
   */
  public GenerationSettings {
    Require.that(maxNewTokens >= 1, "max_new_tokens has to be 1 or more, but is %s", maxNewTokens);
    Require.that(minNewTokens >= 0, "min_new_tokens has to be 0 or more, but is %s", minNewTokens);
    Require.that(strategy != null && tokens != null, "strategy and tokens have to be given");
    Require.that(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetition_penalty has to be a number above 0, but is %s",
        repetitionPenalty);
    Require.that(
        noRepeatNgramSize >= 0,
        "no_repeat_ngram_size has to be 0 (allow all) or more, but is %s",
        noRepeatNgramSize);
  }

  /** The same with another greatest number of new tokens. */
  public GenerationSettings withMaxNewTokens(int count) {
    return new GenerationSettings(
        count, minNewTokens, strategy, tokens, repetitionPenalty, noRepeatNgramSize);
  }

  /** The same with another smallest number of new tokens. */
  public GenerationSettings withMinNewTokens(int count) {
    return new GenerationSettings(
        maxNewTokens, count, strategy, tokens, repetitionPenalty, noRepeatNgramSize);
  }

  /** The same with another way of choosing. */
  public GenerationSettings withStrategy(Strategy other) {
    return new GenerationSettings(
        maxNewTokens, minNewTokens, other, tokens, repetitionPenalty, noRepeatNgramSize);
  }

  /** The same with other tokens that mean something. */
  public GenerationSettings withTokens(SpecialTokens other) {
    return new GenerationSettings(
        maxNewTokens, minNewTokens, strategy, other, repetitionPenalty, noRepeatNgramSize);
  }

  /** The same with another repetition penalty. */
  public GenerationSettings withRepetitionPenalty(double penalty) {
    return new GenerationSettings(
        maxNewTokens, minNewTokens, strategy, tokens, penalty, noRepeatNgramSize);
  }

  /** The same with another size of what may not come twice. */
  public GenerationSettings withNoRepeatNgramSize(int size) {
    return new GenerationSettings(
        maxNewTokens, minNewTokens, strategy, tokens, repetitionPenalty, size);
  }
}
