package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Configurations of models that take no time. */
final class Tiny {
  private Tiny() {}

  static ObjectNode gpt2() {
    return PublicModel.GPT2
        .config()
        .put("vocab_size", 97)
        .put("n_positions", 32)
        .put("n_embd", 16)
        .put("n_layer", 2)
        .put("n_head", 2);
  }

  static ObjectNode llama() {
    return PublicModel.LLAMA_160M
        .config()
        .put("vocab_size", 97)
        .put("hidden_size", 16)
        .put("intermediate_size", 24)
        .put("num_hidden_layers", 2)
        .put("num_attention_heads", 4)
        .put("num_key_value_heads", 2);
  }

  static ObjectNode roberta() {
    return PublicModel.ROBERTA_BASE
        .config()
        .put("vocab_size", 97)
        .put("hidden_size", 16)
        .put("intermediate_size", 24)
        .put("num_hidden_layers", 2)
        .put("num_attention_heads", 4)
        .put("max_position_embeddings", 130);
  }
}
