package io.github.cola4j.generate;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Tokens that mean something to generation, by transformers' names.
 *
 * @param eosTokenIds each of them ends a row; empty: rows end at their greatest length alone
 * @param padTokenId stands for no token where rows of different lengths share a rectangle. Nothing
 *     here needs one: prompts come and rows go back at their own length
 * @param decoderStartTokenId of an encoder-decoder model the token that the decoder's text starts
 *     with; it is the whole prefix that repetition rules and {@code forcedBosTokenId} look at.
 *     Empty for a model whose new tokens follow the prompt itself
 * @param forcedBosTokenId the first new token after a prefix of one token, whatever the scores
 * @param forcedEosTokenId the last token of a row that reaches its greatest length
 */
public record SpecialTokens(
    List<Integer> eosTokenIds,
    OptionalInt padTokenId,
    OptionalInt decoderStartTokenId,
    OptionalInt forcedBosTokenId,
    OptionalInt forcedEosTokenId) {

  /** No token means anything. */
  public static final SpecialTokens NONE =
      new SpecialTokens(
          List.of(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());

  /**
   * @throws IllegalArgumentException for a negative token or an end token named twice
   */
  public SpecialTokens {
    eosTokenIds = List.copyOf(eosTokenIds);
    eosTokenIds.forEach(token -> notNegative("eos_token_id", token));
    // Each end token widens beam search's list of candidates, so that one named twice would count.
    Require.that(
        eosTokenIds.stream().distinct().count() == eosTokenIds.size(),
        "eos_token_id names a token twice: %s",
        eosTokenIds);
    padTokenId.ifPresent(token -> notNegative("pad_token_id", token));
    decoderStartTokenId.ifPresent(token -> notNegative("decoder_start_token_id", token));
    forcedBosTokenId.ifPresent(token -> notNegative("forced_bos_token_id", token));
    forcedEosTokenId.ifPresent(token -> notNegative("forced_eos_token_id", token));
  }

  private static void notNegative(String name, int token) {
    Require.that(token >= 0, "%s has to be 0 or more, but is %s", name, token);
  }

  /** The same with other end tokens. */
  public SpecialTokens withEosTokenIds(int... tokens) {
    return new SpecialTokens(
        Arrays.stream(tokens).boxed().toList(),
        padTokenId,
        decoderStartTokenId,
        forcedBosTokenId,
        forcedEosTokenId);
  }

  /** The same with another padding token. */
  public SpecialTokens withPadTokenId(int token) {
    return new SpecialTokens(
        eosTokenIds,
        OptionalInt.of(token),
        decoderStartTokenId,
        forcedBosTokenId,
        forcedEosTokenId);
  }

  /** The same with another start token of the decoder. */
  public SpecialTokens withDecoderStartTokenId(int token) {
    return new SpecialTokens(
        eosTokenIds, padTokenId, OptionalInt.of(token), forcedBosTokenId, forcedEosTokenId);
  }

  /** The same with another forced first token. */
  public SpecialTokens withForcedBosTokenId(int token) {
    return new SpecialTokens(
        eosTokenIds, padTokenId, decoderStartTokenId, OptionalInt.of(token), forcedEosTokenId);
  }

  /** The same with another forced last token. */
  public SpecialTokens withForcedEosTokenId(int token) {
    return new SpecialTokens(
        eosTokenIds, padTokenId, decoderStartTokenId, forcedBosTokenId, OptionalInt.of(token));
  }

  /** Refuses tokens that a model of {@code vocabulary} tokens can't generate. */
  void mustBeBelow(int vocabulary) {
    eosTokenIds.forEach(token -> below("eos_token_id", token, vocabulary));
    forcedBosTokenId.ifPresent(token -> below("forced_bos_token_id", token, vocabulary));
    forcedEosTokenId.ifPresent(token -> below("forced_eos_token_id", token, vocabulary));
  }

  private static void below(String name, int token, int vocabulary) {
    Require.that(
        token < vocabulary,
        "%s is %s, but the model's vocabulary has %s tokens (0 to %s)",
        name,
        token,
        vocabulary,
        vocabulary - 1);
  }
}
