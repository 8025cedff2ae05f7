package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * BERT and RoBERTa with their sequence classification heads (Devlin et al. 2018, Liu et al. 2019),
 * equal to transformers' {@code BertForSequenceClassification} and {@code
 * RobertaForSequenceClassification}.
 *
 * <p>All layers work on packed tokens [tokens, hidden]; attention alone opens them, in blocks of
 * rows of like length. The heads read nothing but each row's first token, so the last layer
 * computes queries, output and feed-forward part for that token alone.
 */
public final class EncoderClassifier implements SequenceClassifier {
  private final NDManager manager;
  private final EncoderConfig config;
  private final Script script;
  private final Layers ops;
  private final Attention attention;
  private final Embeddings embeddings;
  private final List<Layer> layers = new ArrayList<>();
  private final LinearGroup pooler; // null for RoBERTa
  private final List<LinearGroup> head = new ArrayList<>();
  private final List<Linear> trained = new ArrayList<>();
  private final List<String> trainedModules = new ArrayList<>();
  private final NDArray headCount;
  private final Map<String, String> tensorNames;

  /** Word, position and token type tables and their norm. */
  private record Embeddings(Table word, Table position, Table type, Layers.Norm norm) {}

  /**
   * One layer. Of the attention's input projections, {@code qkv} and the pair {@code query}, {@code
   * keyValue} are views of the same weights: all layers but the last use the former.
   */
  private record Layer(
      LinearGroup qkv,
      LinearGroup query,
      LinearGroup keyValue,
      LinearGroup attentionOutput,
      Layers.Norm attentionNorm,
      LinearGroup intermediate,
      LinearGroup output,
      Layers.Norm outputNorm) {}

  /**
   * Loads the model.
   *
   * @param parent whose device the weights go to
   * @param json the base's {@code config.json}
   * @param weights the base's tensors; a head that is not among them is drawn afresh
   * @param classes the number of classes
   * @param seed of a fresh head
   * @throws ModelException if the configuration asks for something not built, or tensors do not fit
   *     it
   */
  public static EncoderClassifier load(
      NDManager parent, JsonNode json, Weights weights, int classes, long seed) {
    NDManager manager = parent.newSubManager();
    try {
      return new EncoderClassifier(manager, EncoderConfig.read(json), weights, classes, seed);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private EncoderClassifier(
      NDManager manager, EncoderConfig config, Weights weights, int classes, long seed) {
    this.manager = manager;
    this.config = config;
    script = Script.load(manager, EncoderClassifier.class, "encoder.py");
    headCount = Owned.by(manager, m -> m.create((long) config.heads()));
    ops = new Layers(manager, config.epsilon());
    attention = new Attention(manager, config.heads(), config.heads(), 0);

    String prefix = config.roberta() ? "roberta." : "bert.";
    Parameters parameters =
        new Parameters(manager, weights, prefix, config.initializerRange(), seed);
    long hidden = config.hidden();
    embeddings =
        new Embeddings(
            parameters.table(
                prefix + "embeddings.word_embeddings", config.vocabulary(), hidden, true),
            parameters.table(
                prefix + "embeddings.position_embeddings", config.positions(), hidden, true),
            parameters.table(
                prefix + "embeddings.token_type_embeddings", config.types(), hidden, true),
            Layers.Norm.load(parameters, prefix + "embeddings.LayerNorm", hidden));
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer(parameters, prefix + "encoder.layer." + i));
    }
    if (config.roberta()) {
      pooler = null;
      head.add(LinearGroup.of(parameters.linearOrFresh(hidden, hidden, "classifier.dense")));
      head.add(LinearGroup.of(parameters.classifier(hidden, classes, "classifier.out_proj")));
    } else {
      Linear pooling = parameters.linearOrFresh(hidden, hidden, prefix + "pooler.dense");
      pooler = LinearGroup.of(pooling);
      if (parameters.isFresh(pooling)) { // drawn here, so it must be trained and saved here
        trained.add(pooling);
        trainedModules.add("pooler");
      }
      head.add(LinearGroup.of(parameters.classifier(hidden, classes, "classifier")));
    }
    head.forEach(group -> trained.addAll(group.members()));
    trainedModules.add("classifier");
    tensorNames = parameters.taken();
  }

  private Layer layer(Parameters parameters, String name) {
    long hidden = config.hidden();
    long wide = config.intermediate();
    LinearGroup qkv =
        parameters.group(
            hidden,
            hidden,
            name + ".attention.self.query",
            name + ".attention.self.key",
            name + ".attention.self.value");
    return new Layer(
        qkv,
        parameters.part(qkv, 0, 1),
        parameters.part(qkv, 1, 3),
        parameters.group(hidden, hidden, name + ".attention.output.dense"),
        Layers.Norm.load(parameters, name + ".attention.output.LayerNorm", hidden),
        parameters.group(hidden, wide, name + ".intermediate.dense"),
        parameters.group(wide, hidden, name + ".output.dense"),
        Layers.Norm.load(parameters, name + ".output.LayerNorm", hidden));
  }

  @Override
  public NDArray logits(ForwardPass pass, Tokens tokens) {
    Packing packing = tokens.packing();
    AttentionPlan plan = AttentionPlan.of(packing, pass.manager(), pass.arena());
    NDArray firsts =
        pass.arena().longs(pass.manager(), new Shape(packing.rows()), packing.offsets()); // [rows]

    NDArray x = pass.stage(() -> embed(pass, tokens)); // [tokens, hidden]
    for (Layer layer : layers.subList(0, layers.size() - 1)) {
      NDArray in = x;
      x = pass.stage(() -> forward(pass, packing, layer, in, plan)); // [tokens, hidden]
    }
    Layer last = layers.get(layers.size() - 1);
    NDArray in = x;
    Packing rows = Packing.ofSingles(packing.rows());
    x = // [rows, hidden]
        pass.stage(() -> forwardFirst(pass, packing, rows, last, in, plan, firsts));
    return config.roberta() // [rows, classes]
        ? robertaHead(pass, rows, x)
        : bertHead(pass, rows, x);
  }

  /** All tokens through one layer: [tokens, hidden] to the same. */
  private NDArray forward(
      ForwardPass pass, Packing packing, Layer layer, NDArray x, AttentionPlan plan) {
    x = pass.share(x);
    NDArray qkv = pass.linear(layer.qkv, x, packing); // [tokens, 3 * hidden]
    NDArray context = // [tokens, hidden]
        attention.within(pass, qkv, plan, config.attentionDropout());
    return feedForward(pass, packing, layer, context, x);
  }

  /**
   * The last layer, for what the head reads: [tokens, hidden] to the first tokens' [rows, hidden].
   */
  private NDArray forwardFirst(
      ForwardPass pass,
      Packing packing,
      Packing rows,
      Layer layer,
      NDArray x,
      AttentionPlan plan,
      NDArray firsts) {
    x = pass.share(x);
    NDArray keyValue = pass.linear(layer.keyValue, x, packing); // [tokens, 2 * hidden]
    NDArray first = pass.share(script.apply("first", x, firsts)); // [rows, hidden]
    NDArray query = pass.linear(layer.query, first, rows); // [rows, hidden]
    NDArray keep = pass.dropout(config.heads() * plan.firstWeights(), config.attentionDropout());
    NDArray context =
        script.apply(
            "attend_first",
            query,
            keyValue,
            plan.blocks(),
            plan.open(),
            plan.mask(),
            headCount,
            keep); // [rows, hidden]
    return feedForward(pass, rows, layer, context, first);
  }

  /** From the attention's context to the layer's output; residual and context [n, hidden]. */
  private NDArray feedForward(
      ForwardPass pass, Packing packing, Layer layer, NDArray context, NDArray residual) {
    NDArray attended = pass.linear(layer.attentionOutput, context, packing); // [n, hidden]
    pass.done(context);
    NDArray x = pass.share(addNorm(pass, attended, residual, layer.attentionNorm)); // [n, hidden]
    NDArray inner = pass.linear(layer.intermediate, x, packing); // [n, intermediate]
    NDArray wide = ops.activate(pass, Activation.GELU, inner);
    pass.done(inner);
    NDArray narrow = pass.linear(layer.output, wide, packing); // [n, hidden]
    pass.done(wide);
    NDArray made = addNorm(pass, narrow, x, layer.outputNorm);
    pass.done(x);
    return made;
  }

  private NDArray addNorm(ForwardPass pass, NDArray h, NDArray residual, Layers.Norm norm) {
    NDArray sum = pass.added(residual, ops.drop(pass, h, config.hiddenDropout()));
    return ops.layerNorm(pass, sum, norm);
  }

  private NDArray bertHead(ForwardPass pass, Packing rows, NDArray first) {
    NDArray pooled = pass.linear(pooler, pass.share(first), rows).tanh(); // [rows, hidden]
    NDArray kept = pass.share(ops.drop(pass, pooled, config.headDropout()));
    return pass.linear(head.get(0), kept, rows);
  }

  private NDArray robertaHead(ForwardPass pass, Packing rows, NDArray first) {
    NDArray x = pass.share(ops.drop(pass, first, config.headDropout()));
    NDArray dense = pass.linear(head.get(0), x, rows).tanh(); // [rows, hidden]
    NDArray kept = pass.share(ops.drop(pass, dense, config.headDropout()));
    return pass.linear(head.get(1), kept, rows);
  }

  private NDArray embed(ForwardPass pass, Tokens tokens) {
    Packing packing = tokens.packing();
    int[] types = config.types() > 1 ? tokens.types() : new int[tokens.ids().length];
    NDArray x = ops.embedded(pass, embeddings.word, tokens.ids(), packing);
    x = x.add(ops.embedded(pass, embeddings.type, types, packing));
    x = x.add(ops.embedded(pass, embeddings.position, positions(tokens), packing));
    return ops.drop(pass, ops.layerNorm(pass, x, embeddings.norm), config.hiddenDropout());
  }

  /**
   * BERT counts a row's tokens from 0; RoBERTa from the padding id + 1, and gives padding tokens in
   * a text the padding id itself.
   */
  private int[] positions(Tokens tokens) {
    int[] positions = new int[tokens.ids().length];
    int i = 0;
    for (int length : tokens.packing().lengths()) {
      if (length > config.maxTokens()) {
        throw new ModelException(
            "a row has %d tokens, but the model has %d positions; lower data.max_length"
                .formatted(length, config.maxTokens()));
      }
      int next = config.roberta() ? config.padId() + 1 : 0;
      for (int end = i + length; i < end; i++) {
        positions[i] =
            config.roberta() && tokens.ids()[i] == config.padId() ? config.padId() : next++;
      }
    }
    return positions;
  }

  @Override
  public List<LinearGroup> groups() {
    List<LinearGroup> groups = new ArrayList<>();
    for (Layer layer : layers) {
      groups.addAll(List.of(layer.qkv, layer.attentionOutput, layer.intermediate, layer.output));
    }
    if (pooler != null) {
      groups.add(pooler);
    }
    groups.addAll(head);
    return groups;
  }

  @Override
  public List<Embedding> embeddings() {
    return List.of(
        embeddings.word.module(), embeddings.position.module(), embeddings.type.module());
  }

  @Override
  public List<Linear> head() {
    return List.copyOf(trained);
  }

  @Override
  public List<String> headModules() {
    return List.copyOf(trainedModules);
  }

  @Override
  public List<String> defaultTargets() {
    return List.of("query", "value");
  }

  @Override
  public int maxTokens() {
    return config.maxTokens();
  }

  @Override
  public String transformersClass() {
    return config.roberta() ? "RobertaForSequenceClassification" : "BertForSequenceClassification";
  }

  @Override
  public Map<String, String> tensorNames() {
    return tensorNames;
  }

  @Override
  public void close() {
    script.close();
    ops.close();
    attention.close();
    manager.close();
  }
}
