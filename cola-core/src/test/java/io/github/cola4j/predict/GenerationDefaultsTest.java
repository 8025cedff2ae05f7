package io.github.cola4j.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.generate.EarlyStopping;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.SpecialTokens;
import io.github.cola4j.generate.Strategy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What real bases say of generation is what transformers takes from it; expected values by {@code
 * src/test/python/generate_generation_defaults.py}.
 */
class GenerationDefaultsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NEW_TOKENS = 64; // where no file says how many

  @TempDir private Path folder;

  static Stream<Arguments> cases() throws IOException {
    try (InputStream in = GenerationDefaultsTest.class.getResourceAsStream("defaults.json")) {
      return StreamSupport.stream(JSON.readTree(in).spliterator(), false)
          .map(given -> Arguments.of(given.get("name").asText(), given));
    }
  }

  private GenerationSettings read(JsonNode config, JsonNode own) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
    if (!own.isNull()) {
      Files.writeString(folder.resolve("generation_config.json"), own.toString());
    }
    return GenerationDefaults.of(BaseFolder.open(folder));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void realBasesGenerateAsInTransformers(String name, JsonNode given) throws IOException {
    JsonNode expected = given.get("expected");
    GenerationSettings settings = read(given.get("config"), given.get("generation_config"));
    assertEquals(strategy(expected), settings.strategy());
    assertEquals(
        new SpecialTokens(
            StreamSupport.stream(expected.get("eos_token_id").spliterator(), false)
                .map(JsonNode::asInt)
                .toList(),
            token(expected.get("pad_token_id")),
            token(expected.get("decoder_start_token_id")),
            token(expected.get("forced_bos_token_id")),
            token(expected.get("forced_eos_token_id"))),
        settings.tokens());
    assertEquals(expected.get("max_new_tokens").asInt(NEW_TOKENS), settings.maxNewTokens());
    assertEquals(expected.get("min_new_tokens").asInt(), settings.minNewTokens());
    assertEquals(expected.get("repetition_penalty").asDouble(), settings.repetitionPenalty());
    assertEquals(expected.get("no_repeat_ngram_size").asInt(), settings.noRepeatNgramSize());
  }

  private static Strategy strategy(JsonNode expected) {
    int beams = expected.get("num_beams").asInt();
    if (beams > 1) {
      EarlyStopping stopping =
          switch (expected.get("early_stopping").asText()) {
            case "true" -> EarlyStopping.TRUE;
            case "false" -> EarlyStopping.FALSE;
            default -> EarlyStopping.NEVER;
          };
      return new Strategy.BeamSearch(beams, expected.get("length_penalty").asDouble(), stopping);
    }
    return expected.get("do_sample").asBoolean()
        ? new Strategy.Sampling(
            expected.get("temperature").asDouble(),
            expected.get("top_k").asInt(),
            expected.get("top_p").asDouble(),
            0)
        : new Strategy.Greedy();
  }

  private static OptionalInt token(JsonNode id) {
    return id.isNull() ? OptionalInt.empty() : OptionalInt.of(id.asInt());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'num_beam_groups': 2} | num_beam_groups is 2, which is not built",
        "{'num_return_sequences': 3} | num_return_sequences is 3, which is not built",
        "{'penalty_alpha': 0.6} | penalty_alpha is 0.6, which is not built",
        "{'min_p': 0.05} | min_p is 0.05, which is not built",
        "{'typical_p': 0.9} | typical_p is 0.9, which is not built",
        "{'diversity_penalty': 1.0} | diversity_penalty is 1.0, which is not built",
        "{'encoder_no_repeat_ngram_size': 1} | encoder_no_repeat_ngram_size is 1, which is not",
        "{'guidance_scale': 1.5} | guidance_scale is 1.5, which is not built",
        "{'suppress_tokens': [1, 2]} | suppress_tokens is set, which is not built",
        "{'bad_words_ids': [[5]]} | bad_words_ids is set, which is not built",
        "{'force_words_ids': [[5]]} | force_words_ids is set, which is not built",
        "{'forced_decoder_ids': [[1, 5]]} | forced_decoder_ids is set, which is not built",
        "{'exponential_decay_length_penalty': [5, 1.1]} | exponential_decay_length_penalty is set",
        "{'stop_strings': 'END'} | stop_strings is set, which is not built",
        "{'num_beams': 4, 'do_sample': true} | num_beams is above 1 and do_sample true",
        "{'num_beams': 'four'} | num_beams is \"four\"; a whole number is needed",
        "{'num_beams': 2.5} | num_beams is 2.5; a whole number is needed",
        "{'max_new_tokens': 1e99} | max_new_tokens is 1.0E99; a whole number is needed",
        "{'max_new_tokens': -1} | max_new_tokens has to be 1 or more, but is -1",
        "{'do_sample': 'yes'} | do_sample is \"yes\"; true or false is needed",
        "{'num_beams': 2, 'early_stopping': 'soon'} | early_stopping is \"soon\"; true or false",
        "{'do_sample': true, 'temperature': 0.0} | temperature has to be a number above 0",
        "{'do_sample': true, 'temperature': 'hot'} | temperature is \"hot\"; a number is needed",
        "{'do_sample': true, 'top_p': 2} | top_p has to be between 0 and 1, but is 2.0",
        "{'repetition_penalty': -1} | repetition_penalty has to be a number above 0",
        "{'eos_token_id': 'end'} | eos_token_id is \"end\"; a token's number is needed",
        "{'eos_token_id': [2, 'end']} | eos_token_id is [2,\"end\"]; a token's number is needed",
        "{'eos_token_id': -1} | eos_token_id has to be 0 or more, but is -1",
        "{'pad_token_id': 1.5} | pad_token_id is 1.5; a token's number is needed"
      })
  void whatIsNotBuiltOrMakesNoSenseIsRefusedByName(String own, String expected) throws IOException {
    JsonNode said = JSON.readTree(own.replace('\'', '"'));
    JsonNode config = JSON.readTree("{\"model_type\": \"gpt2\"}");
    CheckpointException refused = assertThrows(CheckpointException.class, () -> read(config, said));
    assertTrue(refused.getMessage().contains(expected), refused::getMessage);
    assertEquals("generation_config.json", refused.file().getFileName().toString());
  }

  @Test
  void aRefusalNamesTheFileThatAsks() throws IOException {
    JsonNode config = JSON.readTree("{\"model_type\": \"bart\", \"num_beam_groups\": 2}");
    CheckpointException refused =
        assertThrows(CheckpointException.class, () -> read(config, JSON.nullNode()));
    assertEquals("config.json", refused.file().getFileName().toString());
  }

  @Test
  void anEndTokenNamedTwiceIsOne() throws IOException {
    JsonNode own = JSON.readTree("{\"eos_token_id\": [2, 5, 2]}");
    JsonNode config = JSON.readTree("{\"model_type\": \"gpt2\"}");
    assertEquals(List.of(2, 5), read(config, own).tokens().eosTokenIds());
  }
}
