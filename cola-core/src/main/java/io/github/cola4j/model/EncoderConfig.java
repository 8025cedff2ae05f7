package io.github.cola4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What {@code config.json} says of a BERT or RoBERTa encoder; keys as in transformers, defaults
 * too.
 *
 * @param roberta whether positions, token types and head are RoBERTa's
 * @param vocabulary number of token ids
 * @param hidden size of a token's vector
 * @param layers number of layers
 * @param heads attention heads of a layer
 * @param intermediate size of the feed-forward part
 * @param positions rows of the position table
 * @param types rows of the token type table
 * @param padId the padding token's id; RoBERTa counts positions from the one after it
 * @param epsilon of the layer norms
 * @param initializerRange standard deviation of a fresh head's weights
 * @param hiddenDropout probability of dropping a hidden value while training
 * @param attentionDropout probability of dropping an attention weight
 * @param headDropout probability of dropping an input of the classifier
 */
public record EncoderConfig(
    boolean roberta,
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    int positions,
    int types,
    int padId,
    double epsilon,
    double initializerRange,
    double hiddenDropout,
    double attentionDropout,
    double headDropout) {

  /**
   * Reads the configuration of a {@code bert} or {@code roberta} base.
   *
   * @throws ModelException if it asks for something that is not built, by name
   */
  public static EncoderConfig read(JsonNode config) {
    ModelConfig keys = new ModelConfig(config);
    String activation = config.path("hidden_act").asText("gelu");
    if (!activation.equals("gelu")) {
      throw new ModelException(
          "config.json: hidden_act is %s; only gelu is built".formatted(activation));
    }
    String position = config.path("position_embedding_type").asText("absolute");
    if (!position.equals("absolute")) {
      throw new ModelException(
          "config.json: position_embedding_type is %s; only absolute is built".formatted(position));
    }
    for (String key : List.of("is_decoder", "add_cross_attention")) {
      if (config.path(key).asBoolean(false)) {
        throw new ModelException("config.json: %s is true; only encoders are built".formatted(key));
      }
    }
    boolean roberta = config.path("model_type").asText().equals("roberta");
    double hiddenDropout = keys.probability("hidden_dropout_prob", 0.1);
    EncoderConfig read =
        new EncoderConfig(
            roberta,
            keys.size("vocab_size", roberta ? 50265 : 30522),
            keys.size("hidden_size", 768),
            keys.size("num_hidden_layers", 12),
            keys.size("num_attention_heads", 12),
            keys.size("intermediate_size", 3072),
            keys.size("max_position_embeddings", 512),
            keys.size("type_vocab_size", 2),
            padId(config, roberta ? 1 : 0),
            keys.positive("layer_norm_eps", 1e-12),
            keys.notNegative("initializer_range", 0.02),
            hiddenDropout,
            keys.probability("attention_probs_dropout_prob", 0.1),
            keys.probability("classifier_dropout", hiddenDropout));
    if (read.hidden % read.heads != 0) {
      throw new ModelException(
          "config.json: hidden_size %d is no multiple of num_attention_heads %d"
              .formatted(read.hidden, read.heads));
    }
    if (read.maxTokens() < 1) {
      throw new ModelException(
          "config.json: max_position_embeddings %d leaves no room for tokens after pad_token_id %d"
              .formatted(read.positions, read.padId));
    }
    return read;
  }

  /** The most tokens of a row. */
  public int maxTokens() {
    return roberta ? positions - padId - 1 : positions;
  }

  private static int padId(JsonNode config, int byDefault) {
    JsonNode value = config.path("pad_token_id");
    if (value.isMissingNode() || value.isNull()) {
      return byDefault;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw new ModelException("config.json: pad_token_id is no token's id, 0 or above");
    }
    return value.intValue();
  }
}
