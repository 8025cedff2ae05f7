package io.github.cola4j.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.generate.EarlyStopping;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.SpecialTokens;
import io.github.cola4j.generate.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a base generates unless it is told otherwise: its {@code generation_config.json}, and where
 * that is silent, its {@code config.json}, as transformers takes them.
 */
public final class GenerationDefaults {
  private static final int NEW_TOKENS = 64;
  private static final long SEED = 0;

  /** What would change the text, and is not built: each with the value that asks for nothing. */
  private static final List<String> NOT_BUILT =
      List.of(
          "num_beam_groups",
          "num_return_sequences",
          "penalty_alpha",
          "min_p",
          "typical_p",
          "epsilon_cutoff",
          "eta_cutoff",
          "encoder_repetition_penalty",
          "encoder_no_repeat_ngram_size",
          "diversity_penalty",
          "guidance_scale");

  private GenerationDefaults() {}

  /**
   * Reads a base's defaults.
   *
   * @throws CheckpointException if they ask for something that is not built, by name
   */
  public static GenerationSettings of(BaseFolder base) {
    ObjectNode config = base.config();
    ObjectNode generation = base.generationConfig();
    refuse(base, generation);
    boolean encoderDecoder = config.path("is_encoder_decoder").asBoolean();
    SpecialTokens tokens = tokens(config, generation, encoderDecoder);
    int prefix = encoderDecoder ? 1 : 0; // what max_length counts beside new tokens
    int longest = generation.path("max_length").asInt(0);
    int most =
        generation
            .path("max_new_tokens")
            .asInt(encoderDecoder && longest > prefix ? longest - prefix : NEW_TOKENS);
    int shortest = generation.path("min_length").asInt(0);
    int least =
        generation
            .path("min_new_tokens")
            .asInt(encoderDecoder ? Math.max(0, shortest - prefix) : 0);
    return new GenerationSettings(
        most,
        least,
        strategy(generation),
        tokens,
        generation.path("repetition_penalty").asDouble(1),
        generation.path("no_repeat_ngram_size").asInt(0));
  }

  private static Strategy strategy(JsonNode generation) {
    int beams = generation.path("num_beams").asInt(1);
    if (beams > 1) {
      JsonNode stopping = generation.path("early_stopping");
      EarlyStopping early =
          stopping.isTextual()
              ? EarlyStopping.NEVER
              : stopping.asBoolean() ? EarlyStopping.TRUE : EarlyStopping.FALSE;
      return new Strategy.BeamSearch(beams, generation.path("length_penalty").asDouble(1), early);
    }
    if (generation.path("do_sample").asBoolean()) {
      return new Strategy.Sampling(
          generation.path("temperature").asDouble(1),
          generation.path("top_k").asInt(50),
          generation.path("top_p").asDouble(1),
          SEED);
    }
    return new Strategy.Greedy();
  }

  private static SpecialTokens tokens(
      JsonNode config, JsonNode generation, boolean encoderDecoder) {
    JsonNode eos = said("eos_token_id", config, generation);
    List<Integer> ends = new ArrayList<>();
    for (JsonNode id : eos.isArray() ? eos : List.of(eos)) {
      if (id.isIntegralNumber() && !ends.contains(id.asInt())) {
        ends.add(id.asInt());
      }
    }
    OptionalInt start = token("decoder_start_token_id", config, generation);
    if (start.isEmpty()) {
      start = token("bos_token_id", config, generation);
    }
    return new SpecialTokens(
        ends,
        token("pad_token_id", config, generation),
        encoderDecoder ? start : OptionalInt.empty(),
        token("forced_bos_token_id", config, generation),
        token("forced_eos_token_id", config, generation));
  }

  private static OptionalInt token(String key, JsonNode config, JsonNode generation) {
    JsonNode value = said(key, config, generation);
    JsonNode id = value.isArray() ? value.path(0) : value;
    return id.isIntegralNumber() ? OptionalInt.of(id.asInt()) : OptionalInt.empty();
  }

  private static JsonNode said(String key, JsonNode config, JsonNode generation) {
    return generation.hasNonNull(key) ? generation.path(key) : config.path(key);
  }

  private static void refuse(BaseFolder base, JsonNode generation) {
    for (String key : NOT_BUILT) {
      JsonNode value = generation.path(key);
      boolean asks =
          value.isNumber() && value.asDouble() != 0 && value.asDouble() != 1 || value.isTextual();
      if (asks) {
        throw refused(base, "%s is %s".formatted(key, value));
      }
    }
    for (String key : List.of("suppress_tokens", "begin_suppress_tokens", "bad_words_ids")) {
      if (generation.path(key).size() > 0) {
        throw refused(base, key + " is set");
      }
    }
    if (generation.path("num_beams").asInt(1) > 1 && generation.path("do_sample").asBoolean()) {
      throw refused(base, "num_beams is above 1 and do_sample true");
    }
  }

  private static CheckpointException refused(BaseFolder base, String what) {
    return new CheckpointException(
        base.folder().resolve("generation_config.json"),
        what + ", which is not built; take it out to generate without it");
  }
}
