package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.WeightType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * BART (Lewis et al. 2019), equal to transformers' {@code BartForConditionalGeneration}: an encoder
 * whose tokens see their whole row, and a decoder whose tokens see those before them and all of the
 * encoder's; learned positions, norms behind each part, one table of word embeddings for both sides
 * and the head.
 */
public final class Bart implements SequenceToSequenceModel {
  private static final String PREFIX = "model.";

  /** The tables of positions begin with two rows that no position reads. */
  private static final int FIRST_POSITION = 2;

  private final NDManager manager;
  private final BartConfig config;
  private final Layers ops;
  private final Attention encoderAttention;
  private final Attention decoderAttention;
  private final VocabularyHead vocabulary;
  private final Embedded sourceEmbedding;
  private final Embedded targetEmbedding;
  private final List<EncoderLayer> encoder = new ArrayList<>();
  private final List<DecoderLayer> decoder = new ArrayList<>();
  private final Map<String, String> tensorNames;

  /**
   * How one side's tokens are embedded.
   *
   * @param words [vocabulary, hidden], the same for both sides
   * @param positions [2 + positions, hidden]
   */
  private record Embedded(Table words, NDArray positions, Layers.Norm norm) {}

  private record FeedForward(
      LinearGroup wide, // hidden -> inner
      LinearGroup narrow, // inner -> hidden
      Layers.Norm norm) {}

  /** Attention within one text. */
  private record SelfAttention(
      LinearGroup qkv, // hidden -> 3 * hidden
      LinearGroup output, // hidden -> hidden
      Layers.Norm norm) {}

  /** Attention of the target to the source. */
  private record CrossAttention(
      LinearGroup query, // of the target: hidden -> hidden
      LinearGroup kv, // of the source: hidden -> 2 * hidden
      LinearGroup output, // hidden -> hidden
      Layers.Norm norm) {}

  private record EncoderLayer(SelfAttention attention, FeedForward feedForward) {
    Stream<LinearGroup> groups() {
      return Stream.of(attention.qkv, attention.output, feedForward.wide, feedForward.narrow);
    }
  }

  private record DecoderLayer(
      SelfAttention attention, CrossAttention crossAttention, FeedForward feedForward) {
    Stream<LinearGroup> groups() {
      return Stream.of(
          attention.qkv,
          attention.output,
          crossAttention.query,
          crossAttention.kv,
          crossAttention.output,
          feedForward.wide,
          feedForward.narrow);
    }
  }

  /** What tokens of the target see of the source. */
  @FunctionalInterface
  private interface Source {
    /**
     * @param query of the layer's cross-attention [n, hidden]
     * @return the context [n, hidden]
     */
    NDArray context(CrossAttention part, int layer, NDArray query);
  }

  /**
   * Loads the model.
   *
   * @param parent whose device the weights go to
   * @param json the base's {@code config.json}
   * @param weights the base's tensors; they must stay open as long as adapters are merged
   * @param type what linear modules are held in
   * @throws ModelException if the configuration asks for something not built, or tensors do not fit
   *     it
   */
  public static Bart load(NDManager parent, JsonNode json, Weights weights, WeightType type) {
    NDManager manager = parent.newSubManager();
    try {
      return new Bart(manager, BartConfig.read(json), weights, type);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private Bart(NDManager manager, BartConfig config, Weights weights, WeightType type) {
    this.manager = manager;
    this.config = config;
    Parameters parameters = new Parameters(manager, weights, PREFIX, 0, 0, type);
    NDArray words = // [vocabulary, hidden]
        parameters.tied(
            PREFIX + "shared.weight",
            List.of(
                PREFIX + "encoder.embed_tokens.weight",
                PREFIX + "decoder.embed_tokens.weight",
                "lm_head.weight"),
            config.vocabulary(),
            config.hidden());
    vocabulary = new VocabularyHead(words, headBias(parameters));
    sourceEmbedding = embedding(parameters, words, PREFIX + "encoder");
    for (int i = 0; i < config.encoder().layers(); i++) {
      String name = PREFIX + "encoder.layers." + i;
      encoder.add(
          new EncoderLayer(
              selfAttention(parameters, name),
              feedForward(parameters, name, config.encoder().inner())));
    }
    targetEmbedding = embedding(parameters, words, PREFIX + "decoder");
    for (int i = 0; i < config.decoder().layers(); i++) {
      String name = PREFIX + "decoder.layers." + i;
      decoder.add(
          new DecoderLayer(
              selfAttention(parameters, name),
              crossAttention(parameters, name),
              feedForward(parameters, name, config.decoder().inner())));
    }
    tensorNames = parameters.taken();
    ops = new Layers(manager, 1e-5); // PyTorch's default: the configuration names none
    encoderAttention = attention(config.encoder());
    decoderAttention = attention(config.decoder());
  }

  private Attention attention(BartConfig.Stack stack) {
    return new Attention(manager, stack.heads(), stack.heads(), 0);
  }

  /** [vocabulary], or null where the checkpoint has none. */
  private NDArray headBias(Parameters parameters) {
    String name = "final_logits_bias";
    if (!parameters.contains(name)) {
      return null;
    }
    NDArray row = parameters.load(name, 1, config.vocabulary());
    return Owned.by(manager, m -> row.reshape(config.vocabulary()));
  }

  private Embedded embedding(Parameters parameters, NDArray words, String side) {
    String shared = parameters.taken().get(PREFIX + "shared.weight");
    return new Embedded(
        parameters.table(side + ".embed_tokens", words, shared, false),
        parameters.load(
            side + ".embed_positions.weight", FIRST_POSITION + config.positions(), config.hidden()),
        norm(parameters, side + ".layernorm_embedding"));
  }

  private Layers.Norm norm(Parameters parameters, String name) {
    return Layers.Norm.load(parameters, name, config.hidden());
  }

  private SelfAttention selfAttention(Parameters parameters, String layer) {
    String name = layer + ".self_attn";
    int hidden = config.hidden();
    return new SelfAttention(
        parameters.group(hidden, hidden, name + ".q_proj", name + ".k_proj", name + ".v_proj"),
        parameters.group(hidden, hidden, name + ".out_proj"),
        norm(parameters, name + "_layer_norm"));
  }

  private CrossAttention crossAttention(Parameters parameters, String layer) {
    String name = layer + ".encoder_attn";
    int hidden = config.hidden();
    return new CrossAttention(
        parameters.group(hidden, hidden, name + ".q_proj"),
        parameters.group(hidden, hidden, name + ".k_proj", name + ".v_proj"),
        parameters.group(hidden, hidden, name + ".out_proj"),
        norm(parameters, name + "_layer_norm"));
  }

  private FeedForward feedForward(Parameters parameters, String layer, int inner) {
    return new FeedForward(
        parameters.group(config.hidden(), inner, layer + ".fc1"),
        parameters.group(inner, config.hidden(), layer + ".fc2"),
        norm(parameters, layer + ".final_layer_norm"));
  }

  @Override
  public NDArray hidden(ForwardPass pass, Tokens source, Tokens target, int[] wanted) {
    NDArray encoded = encode(pass, source); // [source tokens, hidden]
    CrossPlan plan =
        CrossPlan.between(target.packing(), source.packing(), pass.manager(), pass.arena());
    Source seen =
        (part, layer, query) ->
            decoderAttention.across(
                pass,
                decoderAttention.split(query, pass.linear(part.kv, encoded, source.packing())),
                plan,
                config.attentionDropout());
    NDArray top = decode(pass, target, null, seen); // [target tokens, hidden]
    return pass.stage(() -> ops.rows(pass, top, wanted)); // [n, hidden]
  }

  /** The source as every layer of the decoder reads it: [source tokens, hidden]. */
  private NDArray encode(ForwardPass pass, Tokens source) {
    Packing packing = source.packing();
    int[] places = Positions.of(packing, null, config.positions());
    AttentionPlan plan = AttentionPlan.of(packing, pass.manager(), pass.arena());
    NDArray x = pass.stage(() -> embed(pass, sourceEmbedding, source, places));
    for (EncoderLayer layer : encoder) {
      NDArray in = x;
      x =
          pass.stage(
              () -> {
                NDArray shared = pass.share(in);
                NDArray qkv = pass.linear(layer.attention.qkv, shared, packing);
                NDArray context =
                    encoderAttention.within(pass, qkv, plan, config.attentionDropout());
                NDArray attended =
                    added(
                        pass,
                        packing,
                        shared,
                        layer.attention.output,
                        context,
                        layer.attention.norm);
                return feedForward(pass, packing, layer.feedForward, attended);
              });
    }
    return pass.share(x);
  }

  /**
   * The target through the decoder: [target tokens, hidden].
   *
   * @param cache what the rows of the target hold already, to be added to; null: nothing, and
   *     nothing is kept
   */
  private NDArray decode(ForwardPass pass, Tokens target, KeyValueCache cache, Source source) {
    Packing packing = target.packing();
    int[] places = Positions.of(packing, cache, config.positions());
    AttentionPlan plan = AttentionPlan.adding(pass, packing, cache);
    NDArray x = pass.stage(() -> embed(pass, targetEmbedding, target, places));
    for (int i = 0; i < decoder.size(); i++) {
      NDArray in = x;
      int number = i;
      x = pass.stage(() -> decode(pass, packing, number, in, plan, cache, source));
    }
    return x;
  }

  /** One layer of the decoder: [target tokens, hidden] to the same. */
  private NDArray decode(
      ForwardPass pass,
      Packing packing,
      int number,
      NDArray x,
      AttentionPlan plan,
      KeyValueCache cache,
      Source source) {
    DecoderLayer layer = decoder.get(number);
    x = pass.share(x);
    NDArray qkv = pass.linear(layer.attention.qkv, x, packing);
    NDArray context =
        decoderAttention.causal(pass, qkv, null, plan, cache, number, config.attentionDropout());
    x = pass.share(added(pass, packing, x, layer.attention.output, context, layer.attention.norm));
    CrossAttention cross = layer.crossAttention;
    context = source.context(cross, number, pass.linear(cross.query, x, packing));
    x = added(pass, packing, x, cross.output, context, cross.norm);
    return feedForward(pass, packing, layer.feedForward, x);
  }

  private NDArray embed(ForwardPass pass, Embedded embedding, Tokens tokens, int[] places) {
    int[] rows = IntStream.of(places).map(place -> FIRST_POSITION + place).toArray();
    NDArray x =
        ops.embedded(pass, embedding.words, tokens.ids(), tokens.packing()); // [tokens, hidden]
    if (config.scaled()) {
      x = x.mul(Math.sqrt(config.hidden()));
    }
    x = x.add(ops.rows(pass, embedding.positions, rows));
    return ops.drop(pass, ops.layerNorm(pass, x, embedding.norm), config.dropout());
  }

  private NDArray feedForward(ForwardPass pass, Packing packing, FeedForward part, NDArray x) {
    x = pass.share(x);
    NDArray wide = ops.activate(pass, config.activation(), pass.linear(part.wide, x, packing));
    wide = ops.drop(pass, wide, config.activationDropout());
    return added(pass, packing, x, part.narrow, wide, part.norm);
  }

  /**
   * The residual stream with what the last linear module of a part makes of its input, normalised.
   *
   * @param packing of the residual stream
   * @param residual as {@link ForwardPass#share} returned it [n, hidden]
   * @param in [n, in]
   */
  private NDArray added(
      ForwardPass pass,
      Packing packing,
      NDArray residual,
      LinearGroup last,
      NDArray in,
      Layers.Norm norm) {
    NDArray out = pass.linear(last, in, packing); // [n, hidden]
    pass.done(in);
    NDArray sum = pass.added(residual, ops.drop(pass, out, config.dropout()));
    return ops.layerNorm(pass, sum, norm);
  }

  @Override
  public Decoding decode(NDManager owner, Tokens prompts, int maxNewTokens) {
    if (1L + maxNewTokens > config.positions()) {
      throw new ModelException(
          "a start token and %d new ones make more than the model's %d positions; lower max_new_tokens"
              .formatted(maxNewTokens, config.positions()));
    }
    Positions.of(prompts.packing(), null, config.positions()); // says that a prompt is too long
    return new Continued(owner, prompts, 1 + maxNewTokens);
  }

  /** Sources that have been read, and targets that grow. */
  private final class Continued implements Decoding {
    private final Tokens prompts;
    private final KeyValueCache sources; // of the cross-attention
    private final KeyValueCache targets;
    private int[] read; // the prompt that each row's source is

    Continued(NDManager owner, Tokens prompts, int capacity) {
      this.prompts = prompts;
      int longest = IntStream.of(prompts.packing().lengths()).max().orElse(0);
      read = IntStream.range(0, prompts.packing().rows()).toArray();
      sources = new KeyValueCache(owner, decoder.size(), config.hidden(), longest);
      targets = new KeyValueCache(owner, decoder.size(), config.hidden(), capacity);
    }

    @Override
    public NDArray begin(ForwardPass pass) {
      NDArray encoded = encode(pass, prompts);
      sources.begin(prompts.packing());
      for (int i = 0; i < decoder.size(); i++) {
        NDArray kv = pass.linear(decoder.get(i).crossAttention.kv, encoded, prompts.packing());
        decoderAttention.remember(kv, sources, i);
      }
      int[] starts = new int[prompts.packing().rows()];
      Arrays.fill(starts, config.startToken());
      return append(pass, starts);
    }

    @Override
    public NDArray append(ForwardPass pass, int[] tokens) {
      Source source = (part, layer, query) -> decoderAttention.recall(query, sources, layer);
      return vocabulary.logits(
          Bart.this.decode(pass, Tokens.oneOfEachRow(tokens), targets, source));
    }

    @Override
    public void select(int[] rows) {
      targets.select(rows);
      int[] before = read;
      read = IntStream.of(rows).map(row -> before[row]).toArray();
      if (!Arrays.equals(read, before)) { // beams of one prompt share its source
        sources.select(rows);
      }
    }

    @Override
    public void close() {
      sources.close();
      targets.close();
    }
  }

  @Override
  public VocabularyHead vocabulary() {
    return vocabulary;
  }

  @Override
  public int startToken() {
    return config.startToken();
  }

  /** The encoder's, then the decoder's. */
  @Override
  public List<LinearGroup> groups() {
    return Stream.concat(
            encoder.stream().flatMap(EncoderLayer::groups),
            decoder.stream().flatMap(DecoderLayer::groups))
        .toList();
  }

  @Override
  public List<Embedding> embeddings() {
    return List.of(sourceEmbedding.words.module(), targetEmbedding.words.module());
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
  public String transformersClass() {
    return "BartForConditionalGeneration";
  }

  @Override
  public Map<String, String> tensorNames() {
    return tensorNames;
  }

  @Override
  public void close() {
    ops.close();
    encoderAttention.close();
    decoderAttention.close();
    manager.close();
  }
}
