package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Packing;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2 (Radford et al. 2019), equal to transformers' {@code GPT2Model}: learned positions, norms
 * in front of attention and feed-forward part, weights of linear modules held as [in, out].
 */
final class Gpt2 implements CausalBody {
  private static final String PREFIX = "transformer.";

  private final Gpt2Config config;
  private final Layers ops;
  private final Attention attention;
  private final Table words; // [vocabulary, hidden]
  private final Table positions; // [positions, hidden]
  private final List<Layer> layers = new ArrayList<>();
  private final Layers.Norm lastNorm;

  private record Layer(
      Layers.Norm attentionNorm,
      LinearGroup qkv, // hidden -> 3 * hidden
      LinearGroup attentionOutput, // hidden -> hidden
      Layers.Norm feedForwardNorm,
      LinearGroup wide, // hidden -> inner
      LinearGroup narrow) {} // inner -> hidden

  /** The prefix of its names within a model with a head. */
  static String prefix() {
    return PREFIX;
  }

  /**
   * @param manager owner of the weights
   * @param wordsAlone whether no head reads the word embeddings
   */
  Gpt2(NDManager manager, Gpt2Config config, Parameters parameters, boolean wordsAlone) {
    this.config = config;
    long hidden = config.hidden();
    words = parameters.table(PREFIX + "wte", config.vocabulary(), hidden, wordsAlone);
    positions = parameters.table(PREFIX + "wpe", config.positions(), hidden, true);
    for (int i = 0; i < config.layers(); i++) {
      String name = PREFIX + "h." + i;
      layers.add(
          new Layer(
              Layers.Norm.load(parameters, name + ".ln_1", hidden),
              parameters.conv1d(name + ".attn.c_attn", hidden, 3 * hidden),
              parameters.conv1d(name + ".attn.c_proj", hidden, hidden),
              Layers.Norm.load(parameters, name + ".ln_2", hidden),
              parameters.conv1d(name + ".mlp.c_fc", hidden, config.inner()),
              parameters.conv1d(name + ".mlp.c_proj", config.inner(), hidden)));
    }
    lastNorm = Layers.Norm.load(parameters, PREFIX + "ln_f", hidden);
    ops = new Layers(manager, config.epsilon());
    attention = new Attention(manager, config.heads(), config.heads(), 0);
  }

  @Override
  public NDArray hidden(ForwardPass pass, Tokens tokens, KeyValueCache cache, int[] wanted) {
    Packing packing = tokens.packing();
    int[] places = Positions.of(packing, cache, config.positions());
    AttentionPlan plan = AttentionPlan.adding(pass, packing, cache);

    NDArray x = pass.stage(() -> embed(pass, tokens, places)); // [tokens, hidden]
    for (int i = 0; i < layers.size(); i++) {
      NDArray in = x;
      int layer = i;
      x = pass.stage(() -> forward(pass, packing, layer, in, plan, cache)); // [tokens, hidden]
    }
    NDArray top = x;
    return pass.stage(
        () -> ops.layerNorm(pass, ops.rows(pass, top, wanted), lastNorm)); // [n, hidden]
  }

  private NDArray embed(ForwardPass pass, Tokens tokens, int[] places) {
    NDArray x = ops.embedded(pass, words, tokens.ids(), tokens.packing());
    x = x.add(ops.embedded(pass, positions, places, tokens.packing()));
    return ops.drop(pass, x, config.embeddingDropout());
  }

  /** All tokens through one layer: [tokens, hidden] to the same. */
  private NDArray forward(
      ForwardPass pass,
      Packing packing,
      int number,
      NDArray x,
      AttentionPlan plan,
      KeyValueCache cache) {
    Layer layer = layers.get(number);
    x = pass.share(x);
    NDArray normed = ops.layerNorm(pass, x, layer.attentionNorm);
    NDArray qkv = pass.linear(layer.qkv, normed, packing); // [tokens, 3 * hidden]
    pass.done(normed);
    NDArray context =
        attention.causal(pass, qkv, null, plan, cache, number, config.attentionDropout());
    NDArray attended = pass.linear(layer.attentionOutput, context, packing);
    pass.done(context);
    x = pass.share(pass.added(x, ops.drop(pass, attended, config.residualDropout())));
    normed = ops.layerNorm(pass, x, layer.feedForwardNorm);
    NDArray inner = pass.linear(layer.wide, normed, packing); // [tokens, inner]
    pass.done(normed);
    NDArray wide = ops.activate(pass, config.activation(), inner);
    pass.done(inner);
    NDArray narrow = pass.linear(layer.narrow, wide, packing); // [tokens, hidden]
    pass.done(wide);
    return pass.added(x, ops.drop(pass, narrow, config.residualDropout()));
  }

  @Override
  public KeyValueCache newCache(NDManager owner, int capacity) {
    return new KeyValueCache(owner, config.layers(), config.hidden(), capacity);
  }

  @Override
  public NDArray wordEmbeddings() {
    return words.entries();
  }

  @Override
  public List<Embedding> embeddings() {
    return List.of(words.module(), positions.module());
  }

  @Override
  public List<LinearGroup> groups() {
    return layers.stream()
        .flatMap(l -> List.of(l.qkv, l.attentionOutput, l.wide, l.narrow).stream())
        .toList();
  }

  @Override
  public List<String> defaultTargets() {
    return List.of("c_attn");
  }

  @Override
  public int maxTokens() {
    return config.positions();
  }

  @Override
  public boolean fanInFanOut() {
    return true;
  }

  @Override
  public void close() {
    ops.close();
    attention.close();
  }
}
