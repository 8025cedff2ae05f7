package io.github.cola4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What {@code config.json} says of a GPT-2 base; keys and defaults as in transformers.
 *
 * @param vocabulary number of token ids
 * @param positions rows of the position table
 * @param hidden size of a token's vector
 * @param layers number of layers
 * @param heads attention heads of a layer
 * @param inner size of the feed-forward part
 * @param activation of the feed-forward part
 * @param epsilon of the layer norms
 * @param initializerRange standard deviation of a fresh head's weights
 * @param residualDropout probability of dropping a value that is added to the residual stream
 * @param embeddingDropout probability of dropping an embedded value
 * @param attentionDropout probability of dropping an attention weight
 * @param tied whether the vocabulary's head is the table of word embeddings
 */
record Gpt2Config(
    int vocabulary,
    int positions,
    int hidden,
    int layers,
    int heads,
    int inner,
    Activation activation,
    double epsilon,
    double initializerRange,
    double residualDropout,
    double embeddingDropout,
    double attentionDropout,
    boolean tied) {

  /**
   * Reads the configuration of a {@code gpt2} base.
   *
   * @throws ModelException if it asks for something that is not built, by name
   */
  static Gpt2Config read(JsonNode json) {
    ModelConfig config = new ModelConfig(json);
    config.require(true, List.of("scale_attn_weights"));
    config.require(
        false,
        List.of(
            "scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn", "add_cross_attention"));
    int hidden = config.size("n_embd", 768);
    int heads = config.size("n_head", 12);
    if (hidden % heads != 0) {
      throw new ModelException(
          "config.json: n_embd %d is no multiple of n_head %d".formatted(hidden, heads));
    }
    return new Gpt2Config(
        config.size("vocab_size", 50257),
        config.size("n_positions", 1024),
        hidden,
        config.size("n_layer", 12),
        heads,
        config.size("n_inner", 4 * hidden),
        config.choice("activation_function", "gelu_new", Activation.WORDS),
        config.positive("layer_norm_epsilon", 1e-5),
        config.notNegative("initializer_range", 0.02),
        config.probability("resid_pdrop", 0.1),
        config.probability("embd_pdrop", 0.1),
        config.probability("attn_pdrop", 0.1),
        config.flag("tie_word_embeddings", true));
  }
}
