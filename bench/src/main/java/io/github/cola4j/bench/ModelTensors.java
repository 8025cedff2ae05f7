package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors that a checkpoint of transformers holds, by the names they have there. */
final class ModelTensors {
  private final JsonNode config;
  private final Map<String, ModelTensor> tensors = new LinkedHashMap<>();

  private ModelTensors(JsonNode config) {
    this.config = config;
  }

  /**
   * All tensors of a model: a GPT-2 or Llama that goes on with a text, a RoBERTa that classifies.
   *
   * @param config what {@code config.json} says, sizes stated
   * @throws BenchException for another model, or a size that is not stated
   */
  static Map<String, ModelTensor> of(JsonNode config) {
    ModelTensors made = new ModelTensors(config);
    String type = config.path("model_type").asText();
    switch (type) {
      case "gpt2" -> made.gpt2();
      case "llama" -> made.llama();
      case "roberta" -> made.roberta();
      default ->
          throw new BenchException(
              "config.json names the model_type \"%s\"; random weights are made for gpt2, llama and roberta"
                  .formatted(type));
    }
    return made.tensors;
  }

  private void gpt2() {
    long hidden = size("n_embd");
    long inner = config.hasNonNull("n_inner") ? size("n_inner") : 4 * hidden;
    tensors.put("transformer.wte.weight", ModelTensor.weight(size("vocab_size"), hidden));
    tensors.put("transformer.wpe.weight", ModelTensor.weight(size("n_positions"), hidden));
    for (int i = 0; i < size("n_layer"); i++) {
      String layer = "transformer.h." + i + ".";
      norm(layer + "ln_1", hidden);
      conv1d(layer + "attn.c_attn", hidden, 3 * hidden);
      conv1d(layer + "attn.c_proj", hidden, hidden);
      norm(layer + "ln_2", hidden);
      conv1d(layer + "mlp.c_fc", hidden, inner);
      conv1d(layer + "mlp.c_proj", inner, hidden);
    }
    norm("transformer.ln_f", hidden);
  }

  private void llama() {
    long hidden = size("hidden_size");
    long heads = size("num_attention_heads");
    long headSize = config.hasNonNull("head_dim") ? size("head_dim") : hidden / heads;
    long keys = headSize * size("num_key_value_heads");
    long wide = size("intermediate_size");
    tensors.put("model.embed_tokens.weight", ModelTensor.weight(size("vocab_size"), hidden));
    for (int i = 0; i < size("num_hidden_layers"); i++) {
      String layer = "model.layers." + i + ".";
      tensors.put(layer + "input_layernorm.weight", ModelTensor.scale(hidden));
      plain(layer + "self_attn.q_proj", hidden, heads * headSize);
      plain(layer + "self_attn.k_proj", hidden, keys);
      plain(layer + "self_attn.v_proj", hidden, keys);
      plain(layer + "self_attn.o_proj", heads * headSize, hidden);
      tensors.put(layer + "post_attention_layernorm.weight", ModelTensor.scale(hidden));
      plain(layer + "mlp.gate_proj", hidden, wide);
      plain(layer + "mlp.up_proj", hidden, wide);
      plain(layer + "mlp.down_proj", wide, hidden);
    }
    tensors.put("model.norm.weight", ModelTensor.scale(hidden));
    if (!config.path("tie_word_embeddings").asBoolean()) {
      plain("lm_head", hidden, size("vocab_size"));
    }
  }

  private void roberta() {
    long hidden = size("hidden_size");
    long wide = size("intermediate_size");
    String embeddings = "roberta.embeddings.";
    embedding(embeddings + "word_embeddings", size("vocab_size"), hidden);
    embedding(embeddings + "position_embeddings", size("max_position_embeddings"), hidden);
    embedding(embeddings + "token_type_embeddings", size("type_vocab_size"), hidden);
    norm(embeddings + "LayerNorm", hidden);
    for (int i = 0; i < size("num_hidden_layers"); i++) {
      String layer = "roberta.encoder.layer." + i + ".";
      linear(layer + "attention.self.query", hidden, hidden);
      linear(layer + "attention.self.key", hidden, hidden);
      linear(layer + "attention.self.value", hidden, hidden);
      linear(layer + "attention.output.dense", hidden, hidden);
      norm(layer + "attention.output.LayerNorm", hidden);
      linear(layer + "intermediate.dense", hidden, wide);
      linear(layer + "output.dense", wide, hidden);
      norm(layer + "output.LayerNorm", hidden);
    }
    linear("classifier.dense", hidden, hidden);
    linear("classifier.out_proj", hidden, size("num_labels"));
  }

  private void embedding(String name, long entries, long hidden) {
    tensors.put(name + ".weight", ModelTensor.weight(entries, hidden));
  }

  private void plain(String name, long in, long out) {
    tensors.put(name + ".weight", ModelTensor.weight(out, in));
  }

  private void linear(String name, long in, long out) {
    plain(name, in, out);
    tensors.put(name + ".bias", ModelTensor.bias(out));
  }

  private void conv1d(String name, long in, long out) {
    tensors.put(name + ".weight", ModelTensor.weight(in, out));
    tensors.put(name + ".bias", ModelTensor.bias(out));
  }

  private void norm(String name, long size) {
    tensors.put(name + ".weight", ModelTensor.scale(size));
    tensors.put(name + ".bias", ModelTensor.bias(size));
  }

  private long size(String key) {
    JsonNode value = config.path(key);
    if (!value.canConvertToLong() || value.asLong() < 1) {
      throw new BenchException("config.json states no " + key + ", a whole number of 1 or more");
    }
    return value.asLong();
  }
}
