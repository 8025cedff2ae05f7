package io.github.cola4j.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.generate.EarlyStopping;
import io.github.cola4j.generate.GenerationSettings;
import io.github.cola4j.generate.SpecialTokens;
import io.github.cola4j.generate.Strategy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * How a base generates unless it is told otherwise: what its {@code generation_config.json} says,
 * or, where it has none, the same keys of its {@code config.json}, as transformers takes them. The
 * {@code task_specific_params} of old bases are for its pipelines, and change nothing here either.
 *
 * <p>Two differences: where no file says how many tokens to write, they are {@value #NEW_TOKENS};
 * and {@code max_length} and {@code min_length}, which count the prompt too, are heard for
 * encoder-decoders alone, whose prefix is one token.
 */
public final class GenerationDefaults {
  private static final int NEW_TOKENS = 64;
  private static final long SEED = 0;

  /** What would change the text, and is not built: each with the value that asks for nothing. */
  private static final Map<String, Double> NOT_BUILT =
      new TreeMap<>(
          Map.of(
              "num_beam_groups", 1.0,
              "num_return_sequences", 1.0,
              "penalty_alpha", 0.0,
              "min_p", 0.0,
              "typical_p", 1.0,
              "epsilon_cutoff", 0.0,
              "eta_cutoff", 0.0,
              "encoder_repetition_penalty", 1.0,
              "encoder_no_repeat_ngram_size", 0.0,
              "diversity_penalty", 0.0));

  private static final List<String> NOT_BUILT_LISTS =
      List.of(
          "suppress_tokens",
          "begin_suppress_tokens",
          "bad_words_ids",
          "force_words_ids",
          "forced_decoder_ids",
          "sequence_bias",
          "exponential_decay_length_penalty",
          "stop_strings");

  private final Path file;
  private final JsonNode said;
  private final boolean encoderDecoder;

  private GenerationDefaults(BaseFolder base) {
    ObjectNode config = base.config();
    ObjectNode own = base.generationConfig();
    file = base.folder().resolve(own.isEmpty() ? "config.json" : "generation_config.json");
    said = own.isEmpty() ? config : own;
    encoderDecoder = config.path("is_encoder_decoder").asBoolean();
  }

  /**
   * Reads a base's defaults.
   *
   * @throws CheckpointException if they ask for something that is not built, or make no sense, by
   *     name
   */
  public static GenerationSettings of(BaseFolder base) {
    GenerationDefaults defaults = new GenerationDefaults(base);
    defaults.refuseNotBuilt();
    try {
      return defaults.settings();
    } catch (IllegalArgumentException e) { // a number out of its range
      throw new CheckpointException(defaults.file, e.getMessage(), e);
    }
  }

  /**
   * The tokens with a meaning to a base, whatever else it says of generation.
   *
   * @throws CheckpointException if they make no sense
   */
  public static SpecialTokens tokens(BaseFolder base) {
    GenerationDefaults defaults = new GenerationDefaults(base);
    try {
      return defaults.tokens();
    } catch (IllegalArgumentException e) { // a number out of its range
      throw new CheckpointException(defaults.file, e.getMessage(), e);
    }
  }

  private GenerationSettings settings() {
    int prefix = 1; // what lengths count beside an encoder-decoder's new tokens
    int longest = encoderDecoder ? whole("max_length", prefix + NEW_TOKENS) - prefix : NEW_TOKENS;
    int shortest = encoderDecoder ? Math.max(0, whole("min_length", 0) - prefix) : 0;
    return new GenerationSettings(
        whole("max_new_tokens", longest),
        whole("min_new_tokens", shortest),
        strategy(),
        tokens(),
        number("repetition_penalty", 1),
        whole("no_repeat_ngram_size", 0));
  }

  private Strategy strategy() {
    int beams = whole("num_beams", 1);
    boolean sampling = flag("do_sample");
    if (beams > 1 && sampling) {
      throw refused("num_beams is above 1 and do_sample true");
    }
    if (beams > 1) {
      return new Strategy.BeamSearch(beams, number("length_penalty", 1), earlyStopping());
    }
    if (sampling) {
      return new Strategy.Sampling(
          number("temperature", 1), whole("top_k", 50), number("top_p", 1), SEED);
    }
    return new Strategy.Greedy();
  }

  private EarlyStopping earlyStopping() {
    JsonNode value = said.path("early_stopping");
    if (value.isTextual() && value.asText().equals("never")) {
      return EarlyStopping.NEVER;
    }
    return flag("early_stopping") ? EarlyStopping.TRUE : EarlyStopping.FALSE;
  }

  private SpecialTokens tokens() {
    OptionalInt start = token("decoder_start_token_id");
    if (start.isEmpty()) {
      start = token("bos_token_id");
    }
    return new SpecialTokens(
        tokens("eos_token_id").stream().distinct().toList(),
        token("pad_token_id"),
        encoderDecoder ? start : OptionalInt.empty(),
        token("forced_bos_token_id"),
        token("forced_eos_token_id"));
  }

  /** The token, or the first of several. */
  private OptionalInt token(String key) {
    List<Integer> ids = tokens(key);
    return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.get(0));
  }

  private List<Integer> tokens(String key) {
    JsonNode value = said.path(key);
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : value.isArray() ? value : List.of(value)) {
      if (id.canConvertToInt() && id.isIntegralNumber()) {
        ids.add(id.asInt());
      } else if (present(id)) {
        throw unfit(key, "a token's number is needed");
      }
    }
    return ids;
  }

  private int whole(String key, int byDefault) {
    JsonNode value = said.path(key);
    if (present(value) && !(value.isIntegralNumber() && value.canConvertToInt())) {
      throw unfit(key, "a whole number is needed");
    }
    return value.asInt(byDefault);
  }

  private double number(String key, double byDefault) {
    JsonNode value = said.path(key);
    if (present(value) && !value.isNumber()) {
      throw unfit(key, "a number is needed");
    }
    return value.asDouble(byDefault);
  }

  private boolean flag(String key) {
    JsonNode value = said.path(key);
    if (present(value) && !value.isBoolean()) {
      throw unfit(key, "true or false is needed");
    }
    return value.asBoolean();
  }

  private static boolean present(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }

  private void refuseNotBuilt() {
    NOT_BUILT.forEach(
        (key, nothing) -> {
          if (number(key, nothing) != nothing) {
            throw refused("%s is %s".formatted(key, said.path(key)));
          }
        });
    // Both 0 and 1 ask for no guidance.
    double guidance = number("guidance_scale", 1);
    if (guidance != 0 && guidance != 1) {
      throw refused("guidance_scale is " + guidance);
    }
    for (String key : NOT_BUILT_LISTS) {
      JsonNode value = said.path(key);
      if (value.isContainerNode() ? !value.isEmpty() : present(value)) {
        throw refused(key + " is set");
      }
    }
  }

  private CheckpointException unfit(String key, String needed) {
    return new CheckpointException(file, "%s is %s; %s".formatted(key, said.path(key), needed));
  }

  private CheckpointException refused(String what) {
    return new CheckpointException(
        file, what + ", which is not built; take it out to generate without it");
  }
}
