package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.model.Parameters.Member;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Llama (Touvron et al. 2023) and what differs from it by configuration alone, Mistral and Qwen2;
 * equal to transformers' {@code LlamaModel}, {@code MistralModel} and {@code Qwen2Model}: norms by
 * the root mean square in front of attention and feed-forward part, rotary positions, shared key
 * heads, a gated feed-forward part.
 */
final class Llama implements CausalBody {
  private static final String PREFIX = "model.";

  private final LlamaConfig config;
  private final Layers ops;
  private final Map<Integer, Attention> attentions = new HashMap<>(); // by their window
  private final Table words; // [vocabulary, hidden]
  private final NDArray frequencies; // [head size / 2]
  private final List<Layer> layers = new ArrayList<>();
  private final NDArray lastNorm; // [hidden]

  private record Layer(
      Attention attention,
      NDArray attentionNorm, // [hidden]
      LinearGroup qkv, // hidden -> (heads + 2 * key heads) * head size
      LinearGroup attentionOutput, // heads * head size -> hidden
      NDArray feedForwardNorm, // [hidden]
      LinearGroup gateUp, // hidden -> 2 * intermediate
      LinearGroup down) {} // intermediate -> hidden

  /** The prefix of its names within a model with a head. */
  static String prefix() {
    return PREFIX;
  }

  /**
   * @param manager owner of the weights
   * @param wordsAlone whether no head reads the word embeddings
   */
  Llama(NDManager manager, LlamaConfig config, Parameters parameters, boolean wordsAlone) {
    this.config = config;
    words =
        parameters.table(PREFIX + "embed_tokens", config.vocabulary(), config.hidden(), wordsAlone);
    for (int i = 0; i < config.layers(); i++) {
      Attention attention =
          attentions.computeIfAbsent(
              config.windows().get(i),
              window -> new Attention(manager, config.heads(), config.keyHeads(), window));
      layers.add(layer(parameters, PREFIX + "layers." + i, attention));
    }
    lastNorm = parameters.load(PREFIX + "norm.weight", config.hidden());
    frequencies = Owned.by(manager, m -> m.create(config.rotary().frequencies(config.headSize())));
    ops = new Layers(manager, config.epsilon());
  }

  private Layer layer(Parameters parameters, String name, Attention attention) {
    long hidden = config.hidden();
    long query = (long) config.heads() * config.headSize();
    long key = (long) config.keyHeads() * config.headSize();
    long wide = config.intermediate();
    return new Layer(
        attention,
        parameters.load(name + ".input_layernorm.weight", hidden),
        parameters.group(
            hidden,
            config.queryBias(),
            List.of(
                new Member(name + ".self_attn.q_proj", query),
                new Member(name + ".self_attn.k_proj", key),
                new Member(name + ".self_attn.v_proj", key))),
        parameters.group(
            query, config.outputBias(), List.of(new Member(name + ".self_attn.o_proj", hidden))),
        parameters.load(name + ".post_attention_layernorm.weight", hidden),
        parameters.group(
            hidden,
            config.feedForwardBias(),
            List.of(
                new Member(name + ".mlp.gate_proj", wide),
                new Member(name + ".mlp.up_proj", wide))),
        parameters.group(
            wide, config.feedForwardBias(), List.of(new Member(name + ".mlp.down_proj", hidden))));
  }

  @Override
  public NDArray hidden(ForwardPass pass, Tokens tokens, KeyValueCache cache, int[] wanted) {
    Packing packing = tokens.packing();
    int[] places = Positions.of(packing, cache, config.positions());
    AttentionPlan plan = AttentionPlan.adding(pass, packing, cache);
    Attention.Turns turns = layers.get(0).attention.turns(pass, places, frequencies);

    NDArray x =
        pass.stage(() -> ops.embedded(pass, words, tokens.ids(), packing)); // [tokens, hidden]
    for (int i = 0; i < layers.size(); i++) {
      NDArray in = x;
      int layer = i;
      x =
          pass.stage(
              () -> forward(pass, packing, layer, in, turns, plan, cache)); // [tokens, hidden]
    }
    NDArray top = x;
    return pass.stage(
        () -> ops.rmsNorm(pass, ops.rows(pass, top, wanted), lastNorm)); // [n, hidden]
  }

  /** All tokens through one layer: [tokens, hidden] to the same. */
  private NDArray forward(
      ForwardPass pass,
      Packing packing,
      int number,
      NDArray x,
      Attention.Turns turns,
      AttentionPlan plan,
      KeyValueCache cache) {
    Layer layer = layers.get(number);
    x = pass.share(x);
    NDArray normed = ops.rmsNorm(pass, x, layer.attentionNorm);
    NDArray qkv = pass.linear(layer.qkv, normed, packing); // [tokens, query, key, value]
    pass.done(normed);
    NDArray context =
        layer.attention.causal(pass, qkv, turns, plan, cache, number, config.attentionDropout());
    NDArray attended = pass.linear(layer.attentionOutput, context, packing);
    pass.done(context);
    x = pass.share(pass.added(x, attended));
    normed = ops.rmsNorm(pass, x, layer.feedForwardNorm);
    NDArray wide = ops.gated(pass, config.activation(), pass.linear(layer.gateUp, normed, packing));
    pass.done(normed);
    NDArray down = pass.linear(layer.down, wide, packing);
    pass.done(wide);
    return pass.added(x, down); // [tokens, hidden]
  }

  @Override
  public KeyValueCache newCache(NDManager owner, int capacity) {
    int width = config.keyHeads() * config.headSize();
    return new KeyValueCache(owner, config.layers(), width, capacity);
  }

  @Override
  public NDArray wordEmbeddings() {
    return words.entries();
  }

  @Override
  public List<Embedding> embeddings() {
    return List.of(words.module());
  }

  @Override
  public List<LinearGroup> groups() {
    return layers.stream()
        .flatMap(l -> List.of(l.qkv, l.attentionOutput, l.gateUp, l.down).stream())
        .toList();
  }

  @Override
  public List<String> defaultTargets() {
    return List.of("q_proj", "v_proj");
  }

  @Override
  public int maxTokens() {
    return config.positions();
  }

  @Override
  public boolean fanInFanOut() {
    return false;
  }

  @Override
  public void close() {
    ops.close();
    attentions.values().forEach(Attention::close);
  }
}
