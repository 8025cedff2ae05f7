package io.github.cola4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What {@code config.json} says of a Llama, Mistral or Qwen2 base, in the dialects of transformers
 * 4 and 5; keys and defaults as there.
 *
 * @param vocabulary number of token ids
 * @param hidden size of a token's vector
 * @param layers number of layers
 * @param heads heads of queries
 * @param keyHeads heads of keys and values, a divisor of {@code heads}
 * @param headSize values of a head
 * @param intermediate size of the feed-forward part
 * @param positions the most tokens of a row
 * @param activation of the feed-forward part's gate
 * @param epsilon of the norms
 * @param initializerRange standard deviation of a fresh head's weights
 * @param attentionDropout probability of dropping an attention weight
 * @param queryBias whether the projections to queries, keys and values have a bias
 * @param outputBias whether attention's output projection has one
 * @param feedForwardBias whether the feed-forward part's modules have one
 * @param windows of each layer, how many tokens one sees, itself included; 0: all
 * @param rotary how positions turn queries and keys
 * @param tied whether the vocabulary's head is the table of word embeddings
 */
record LlamaConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int keyHeads,
    int headSize,
    int intermediate,
    int positions,
    Activation activation,
    double epsilon,
    double initializerRange,
    double attentionDropout,
    boolean queryBias,
    boolean outputBias,
    boolean feedForwardBias,
    List<Integer> windows,
    Rotary rotary,
    boolean tied) {

  /** What the members of the family take where {@code config.json} is silent. */
  private record Defaults(
      int vocabulary, int intermediate, int keyHeads, int positions, boolean queryBias) {}

  private static final Map<String, Defaults> FAMILY =
      Map.of(
          "llama", new Defaults(32000, 11008, 0, 2048, false),
          "mistral", new Defaults(32000, 14336, 8, 131072, false),
          "qwen2", new Defaults(151936, 22016, 32, 32768, true));

  private static final int WINDOW = 4096;

  /** More than any model has, and few enough to list them before a tensor is looked for. */
  private static final int MOST_LAYERS = 10_000;

  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  /** Whether a {@code model_type} is of the family. */
  static boolean knows(String type) {
    return FAMILY.containsKey(type);
  }

  /**
   * Reads the configuration of a base of the family.
   *
   * @throws ModelException if it asks for something that is not built, by name
   */
  static LlamaConfig read(JsonNode json) {
    ModelConfig config = new ModelConfig(json);
    String type = json.path("model_type").asText();
    Defaults defaults = FAMILY.get(type);
    if (defaults == null) {
      throw new ModelException(
          "config.json: model_type is %s, none of %s"
              .formatted(type, String.join(", ", FAMILY.keySet().stream().sorted().toList())));
    }
    boolean llama = type.equals("llama");
    int hidden = config.size("hidden_size", 4096);
    int heads = config.size("num_attention_heads", 32);
    // Written as null, it means as many as there are heads; transformers fills absent ones in.
    int byDefault =
        json.has("num_key_value_heads") || defaults.keyHeads == 0 ? heads : defaults.keyHeads;
    int keyHeads = config.size("num_key_value_heads", byDefault);
    if (heads % keyHeads != 0) {
      throw new ModelException(
          "config.json: num_attention_heads %d is no multiple of num_key_value_heads %d"
              .formatted(heads, keyHeads));
    }
    if (!json.hasNonNull("head_dim") && hidden % heads != 0) {
      throw new ModelException(
          "config.json: hidden_size %d is no multiple of num_attention_heads %d, and there is no head_dim"
              .formatted(hidden, heads));
    }
    int headSize = config.size("head_dim", hidden / heads);
    if (headSize % 2 != 0) {
      throw new ModelException(
          "config.json: a head has %d values; rotary positions need an even number"
              .formatted(headSize));
    }
    int layers = config.size("num_hidden_layers", 32);
    if (layers > MOST_LAYERS) {
      throw new ModelException(
          "config.json: num_hidden_layers is %d; at most %d are built"
              .formatted(layers, MOST_LAYERS));
    }
    int positions = config.size("max_position_embeddings", defaults.positions);
    boolean attentionBias = llama && config.flag("attention_bias", false);
    return new LlamaConfig(
        config.size("vocab_size", defaults.vocabulary),
        hidden,
        layers,
        heads,
        keyHeads,
        headSize,
        config.size("intermediate_size", defaults.intermediate),
        positions,
        config.choice("hidden_act", "silu", Activation.WORDS),
        config.positive("rms_norm_eps", 1e-6),
        config.notNegative("initializer_range", 0.02),
        config.probability("attention_dropout", 0),
        defaults.queryBias || attentionBias,
        attentionBias,
        llama && config.flag("mlp_bias", false),
        windows(config, type, layers),
        Rotary.read(config, positions),
        config.flag("tie_word_embeddings", false));
  }

  private static List<Integer> windows(ModelConfig config, String type, int layers) {
    JsonNode json = config.json();
    int window =
        switch (type) {
          case "mistral" -> json.has("sliding_window") ? config.size("sliding_window", 0) : WINDOW;
          case "qwen2" ->
              config.flag("use_sliding_window", false)
                  ? json.has("sliding_window") ? config.size("sliding_window", 0) : WINDOW
                  : 0;
          default -> 0;
        };
    List<String> types = config.ofLayers("layer_types", layers);
    List<String> built =
        type.equals("qwen2") ? List.of(FULL, SLIDING) : List.of(window > 0 ? SLIDING : FULL);
    for (String layer : types) {
      if (!built.contains(layer)) {
        throw new ModelException(
            "config.json: layer_types has \"%s\"; for this model_type, %s, only %s is built"
                .formatted(layer, type, String.join(" and ", built)));
      }
    }
    if (!type.equals("qwen2")) {
      return Collections.nCopies(layers, window);
    }
    if (window == 0 && types.contains(SLIDING)) {
      throw new ModelException(
          "config.json: layer_types has \"%s\", but use_sliding_window is false or sliding_window null"
              .formatted(SLIDING));
    }
    int first = config.count("max_window_layers", 28);
    return IntStream.range(0, layers)
        .mapToObj(i -> types.isEmpty() ? i >= first : types.get(i).equals(SLIDING))
        .map(sliding -> sliding ? window : 0)
        .toList();
  }
}
