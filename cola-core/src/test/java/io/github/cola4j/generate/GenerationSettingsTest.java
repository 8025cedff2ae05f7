package io.github.cola4j.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GenerationSettingsTest {
  private static final GenerationSettings USUAL = GenerationSettings.DEFAULT;

  static Stream<Arguments> refusals() {
    return Stream.of(
        refused("max_new_tokens has to be 1 or more, but is 0", () -> USUAL.withMaxNewTokens(0)),
        refused("min_new_tokens has to be 0 or more, but is -1", () -> USUAL.withMinNewTokens(-1)),
        refused("repetition_penalty has to be", () -> USUAL.withRepetitionPenalty(0)),
        refused("repetition_penalty has to be", () -> USUAL.withRepetitionPenalty(Double.NaN)),
        refused("no_repeat_ngram_size has to be", () -> USUAL.withNoRepeatNgramSize(-1)),
        refused("strategy and tokens", () -> USUAL.withStrategy(null)),
        refused("temperature has to be", () -> new Strategy.Sampling(0, 50, 1, 0)),
        refused("temperature has to be", () -> new Strategy.Sampling(Double.NaN, 50, 1, 0)),
        refused("top_k has to be", () -> new Strategy.Sampling(1, -1, 1, 0)),
        refused("top_p has to be", () -> new Strategy.Sampling(1, 50, 1.01, 0)),
        refused("top_p has to be", () -> new Strategy.Sampling(1, 50, Double.NaN, 0)),
        refused(
            "num_beams has to be 1 or more, but is 0",
            () -> new Strategy.BeamSearch(0, 1, EarlyStopping.FALSE)),
        refused(
            "length_penalty has to be",
            () -> new Strategy.BeamSearch(2, Double.POSITIVE_INFINITY, EarlyStopping.FALSE)),
        refused("early_stopping is missing", () -> new Strategy.BeamSearch(2, 1, null)),
        refused("eos_token_id names", () -> SpecialTokens.NONE.withEosTokenIds(2, 1, 2)),
        refused("eos_token_id has to be", () -> SpecialTokens.NONE.withEosTokenIds(-1)),
        refused("pad_token_id has to be", () -> SpecialTokens.NONE.withPadTokenId(-1)),
        refused(
            "decoder_start_token_id has to be",
            () -> SpecialTokens.NONE.withDecoderStartTokenId(-1)),
        refused("forced_bos_token_id has to be", () -> SpecialTokens.NONE.withForcedBosTokenId(-1)),
        refused(
            "forced_eos_token_id has to be", () -> SpecialTokens.NONE.withForcedEosTokenId(-1)));
  }

  private static Arguments refused(String message, Executable making) {
    return Arguments.of(message, making);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void badValuesAreRefused(String message, Executable making) {
    IllegalArgumentException told = assertThrows(IllegalArgumentException.class, making);
    assertTrue(told.getMessage().startsWith(message), told.getMessage());
  }

  @Test
  void eachChangeChangesItsFieldAlone() {
    Strategy beams = new Strategy.BeamSearch(4, 2, EarlyStopping.TRUE);
    SpecialTokens tokens =
        SpecialTokens.NONE
            .withEosTokenIds(2, 3)
            .withPadTokenId(1)
            .withDecoderStartTokenId(2)
            .withForcedBosTokenId(0)
            .withForcedEosTokenId(3);
    assertEquals(
        new SpecialTokens(
            List.of(2, 3),
            OptionalInt.of(1),
            OptionalInt.of(2),
            OptionalInt.of(0),
            OptionalInt.of(3)),
        tokens);
    assertEquals(
        new GenerationSettings(141, 55, beams, tokens, 1.5, 3),
        USUAL
            .withMaxNewTokens(141)
            .withMinNewTokens(55)
            .withStrategy(beams)
            .withTokens(tokens)
            .withRepetitionPenalty(1.5)
            .withNoRepeatNgramSize(3));
  }
}
