package io.github.cola4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What {@code config.json} says of a BART base; keys and defaults as in transformers.
 *
 * @param vocabulary number of token ids
 * @param positions the most tokens of a source, and of a target
 * @param hidden size of a token's vector
 * @param encoder its layers
 * @param decoder its layers
 * @param activation of the feed-forward part
 * @param scaled whether embedded words are multiplied with √hidden
 * @param startToken what the decoder reads first
 * @param dropout probability of dropping an embedded value, or one that is added to the residual
 *     stream
 * @param attentionDropout probability of dropping an attention weight
 * @param activationDropout probability of dropping a value within the feed-forward part
 */
record BartConfig(
    int vocabulary,
    int positions,
    int hidden,
    Stack encoder,
    Stack decoder,
    Activation activation,
    boolean scaled,
    int startToken,
    double dropout,
    double attentionDropout,
    double activationDropout) {

  /**
   * The layers of one side.
   *
   * @param layers how many
   * @param heads attention heads of a layer
   * @param inner size of the feed-forward part
   */
  record Stack(int layers, int heads, int inner) {}

  /**
   * Reads the configuration of a {@code bart} base.
   *
   * @throws ModelException if it asks for something that is not built, by name
   */
  static BartConfig read(JsonNode json) {
    ModelConfig config = new ModelConfig(json);
    // The last few are of old checkpoints; they say how the layers are arranged.
    config.require(
        true, List.of("is_encoder_decoder", "tie_word_embeddings", "normalize_embedding"));
    config.require(
        false,
        List.of(
            "is_decoder",
            "add_cross_attention",
            "normalize_before",
            "add_final_layer_norm",
            "static_position_embeddings"));
    int vocabulary = config.size("vocab_size", 50265);
    int hidden = config.size("d_model", 1024);
    return new BartConfig(
        vocabulary,
        config.size("max_position_embeddings", 1024),
        hidden,
        stack(config, "encoder", hidden),
        stack(config, "decoder", hidden),
        config.choice("activation_function", "gelu", Activation.WORDS),
        config.flag("scale_embedding", false),
        startToken(config, vocabulary),
        config.probability("dropout", 0.1),
        config.probability("attention_dropout", 0),
        config.probability("activation_dropout", 0));
  }

  private static Stack stack(ModelConfig config, String side, int hidden) {
    String heads = side + "_attention_heads";
    Stack stack =
        new Stack(
            config.size(side + "_layers", 12),
            config.size(heads, 16),
            config.size(side + "_ffn_dim", 4096));
    if (hidden % stack.heads != 0) {
      throw new ModelException(
          "config.json: d_model %d is no multiple of %s %d".formatted(hidden, heads, stack.heads));
    }
    String layerdrop = side + "_layerdrop";
    if (config.number(layerdrop, 0) != 0) {
      throw new ModelException(
          "config.json: %s is %s; leaving out layers while training is not built, only 0 is"
              .formatted(layerdrop, config.number(layerdrop, 0)));
    }
    return stack;
  }

  private static int startToken(ModelConfig config, int vocabulary) {
    int token = config.token("decoder_start_token_id");
    int start = token < 0 ? 2 : token;
    if (start >= vocabulary) {
      throw new ModelException(
          "config.json: decoder_start_token_id is %d, but vocab_size is %d"
              .formatted(start, vocabulary));
    }
    return start;
  }
}
