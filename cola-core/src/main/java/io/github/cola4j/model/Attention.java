package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Script;
import java.util.function.UnaryOperator;

/**
 * Attention of packed tokens that see what stands before them, or another text (Vaswani et al.
 * 2017); several query heads may share a key head (Ainslie et al. 2023), and sight may be limited
 * to a window (Jiang et al. 2023).
 */
final class Attention implements AutoCloseable {
  /** Up to so many tokens of a row its weights are kept for the way back, which is faster then. */
  private static final int KEPT_WEIGHTS = 512;

  private final Script script;
  private final Script byHand;
  private final NDArray shape; // [3]: heads, key heads, window (0: none)
  private final NDArray before; // [4]: the same, and 1: tokens see those before them
  private final NDArray everywhere; // [4]: the same, and 0
  private final NDArray nothing; // [0]
  private final int heads;

  /**
   * @param keyHeads heads of keys and values; a divisor of {@code heads}
   * @param window how many tokens one sees, itself included; 0: all
   */
  Attention(NDManager manager, int heads, int keyHeads, int window) {
    this.heads = heads;
    script = Script.load(manager, Attention.class, "attention.py");
    byHand = Script.load(manager, Attention.class, "self_attention.py");
    shape = Owned.by(manager, m -> m.create(new long[] {heads, keyHeads, window}));
    before = Owned.by(manager, m -> m.create(new long[] {heads, keyHeads, window, 1}));
    everywhere = Owned.by(manager, m -> m.create(new long[] {heads, keyHeads, window, 0}));
    nothing = Owned.by(manager, m -> m.create(new Shape(0)));
  }

  /**
   * Queries [n, heads * size], keys and values [n, key heads * size] of packed tokens; of another
   * text's [m, key heads * size].
   */
  record Projected(NDArray query, NDArray key, NDArray value) {}

  /**
   * Takes apart what a fused projection made.
   *
   * @param qkv [n, (heads + 2 * key heads) * size]
   */
  Projected split(NDArray qkv) {
    NDList parts = script.call("split", qkv, shape);
    return new Projected(parts.get(0), parts.get(1), parts.get(2));
  }

  /** Cosine and sine of the angles by which each packed token's heads are turned [n, size]. */
  record Turns(NDArray cos, NDArray sin) {}

  /**
   * @param places the position of each packed token
   * @param frequencies see {@link Rotary#frequencies} [size / 2]
   */
  Turns turns(ForwardPass pass, int[] places, NDArray frequencies) {
    NDArray positions = pass.arena().longs(pass.manager(), new Shape(places.length), places);
    NDList turns = script.call("turns", positions, frequencies);
    return new Turns(turns.get(0), turns.get(1));
  }

  /** {@link #split}, with queries and keys turned by their positions (Su et al. 2021). */
  Projected splitRotated(NDArray qkv, Turns turns) {
    NDList parts = script.call("split_rotated", qkv, turns.cos, turns.sin, shape);
    return new Projected(parts.get(0), parts.get(1), parts.get(2));
  }

  /**
   * The same for keys and values alone.
   *
   * @param query [n, heads * size]
   * @param kv of the tokens that are seen [m, 2 * key heads * size]
   */
  Projected split(NDArray query, NDArray kv) {
    NDList parts = script.call("halves", kv);
    return new Projected(query, parts.get(0), parts.get(1));
  }

  /**
   * Each token sees those before it in its row, and itself.
   *
   * @param qkv what a fused projection made [n, (heads + 2 * key heads) * size]
   * @param turns of queries and keys by their positions; null: none
   * @param cache where keys and values are kept, begun or grown for these tokens; null: nowhere
   * @param plan of the rows; null where each adds one token to the cache
   * @param dropout of attention weights
   * @return the context [n, heads * size]
   */
  NDArray causal(
      ForwardPass pass,
      NDArray qkv,
      Turns turns,
      AttentionPlan plan,
      KeyValueCache cache,
      int layer,
      double dropout) {
    if (cache != null) {
      return causal(pass, projected(qkv, turns), plan, cache, layer, nothing);
    }
    NDArray keep = kept(pass, plan, dropout);
    return within(
        pass,
        qkv,
        new Within(
            turns,
            plan,
            before,
            keep,
            x -> causal(pass, projected(x, turns), plan, null, layer, keep)));
  }

  /** Longer rows go the way that keeps no weights. */
  private static NDArray within(ForwardPass pass, NDArray qkv, Within attention) {
    return attention.plan.longest() > KEPT_WEIGHTS
        ? attention.recorded(qkv)
        : pass.byHand(qkv, attention);
  }

  /** For the way back too, so it outlives the stage that asks for it. */
  private NDArray kept(ForwardPass pass, AttentionPlan plan, double dropout) {
    return Owned.by(pass.manager(), m -> pass.dropout(heads * plan.weights(), dropout));
  }

  private Projected projected(NDArray qkv, Turns turns) {
    return turns == null ? split(qkv) : splitRotated(qkv, turns);
  }

  private NDArray causal(
      ForwardPass pass,
      Projected projected,
      AttentionPlan plan,
      KeyValueCache cache,
      int layer,
      NDArray keep) {
    if (plan == null) {
      NDArray column = pass.arena().longs(pass.manager(), new Shape(1), cache.columns() - 1);
      return script.apply(
          "step",
          projected.query,
          projected.key,
          projected.value,
          cache.keys(layer),
          cache.values(layer),
          cache.mask(),
          column,
          shape);
    }
    if (cache != null) {
      script.apply("place", projected.key, cache.keys(layer), cache.places());
      script.apply("place", projected.value, cache.values(layer), cache.places());
    }
    return script.apply(
        "causal",
        projected.query,
        projected.key,
        projected.value,
        plan.blocks(),
        plan.open(),
        plan.close(),
        shape,
        keep);
  }

  /**
   * Each token sees all tokens of its row.
   *
   * @param qkv what a fused projection made [n, (heads + 2 * key heads) * size]
   * @param dropout of attention weights
   * @return the context [n, heads * size]
   */
  NDArray within(ForwardPass pass, NDArray qkv, AttentionPlan plan, double dropout) {
    NDArray keep = kept(pass, plan, dropout);
    CrossPlan all = CrossPlan.within(plan);
    return within(
        pass, qkv, new Within(null, plan, everywhere, keep, x -> across(split(x), all, keep)));
  }

  /** Attention within rows, of one projection's [n, (heads + 2 * key heads) * size]. */
  private final class Within implements HandWritten {
    private final NDArray cos;
    private final NDArray sin;
    private final AttentionPlan plan;
    private final NDArray sight;
    private final NDArray keep;
    private final UnaryOperator<NDArray> recorded;

    Within(
        Turns turns,
        AttentionPlan plan,
        NDArray sight,
        NDArray keep,
        UnaryOperator<NDArray> recorded) {
      this.cos = turns == null ? nothing : turns.cos;
      this.sin = turns == null ? nothing : turns.sin;
      this.plan = plan;
      this.sight = sight;
      this.keep = keep;
      this.recorded = recorded;
    }

    @Override
    public NDList forward(NDArray qkv) {
      return byHand.call(
          "attend",
          qkv,
          cos,
          sin,
          plan.blocks(),
          plan.open(),
          plan.mask(),
          plan.close(),
          sight,
          keep);
    }

    @Override
    public NDArray back(NDArray qkv, NDList kept, NDArray gradient) {
      return byHand.apply(
          "back",
          gradient,
          qkv,
          kept.head(),
          cos,
          sin,
          plan.blocks(),
          plan.open(),
          plan.close(),
          sight,
          keep);
    }

    @Override
    public NDArray recorded(NDArray qkv) {
      return recorded.apply(qkv);
    }
  }

  /**
   * Each token sees all tokens of a row, of its own text or of another.
   *
   * @param projected queries of the tokens that ask; keys and values of those that are seen
   * @param plan of both
   * @param dropout of attention weights
   * @return the context [n, heads * size]
   */
  NDArray across(ForwardPass pass, Projected projected, CrossPlan plan, double dropout) {
    return across(projected, plan, pass.dropout(heads * plan.weights(), dropout));
  }

  private NDArray across(Projected projected, CrossPlan plan, NDArray keep) {
    return script.apply(
        "across",
        projected.query,
        projected.key,
        projected.value,
        plan.queries().blocks(),
        plan.queries().open(),
        plan.queries().close(),
        plan.keys().blocks(),
        plan.keys().open(),
        plan.keys().mask(),
        shape,
        keep);
  }

  /**
   * Keeps keys and values of another text, so that {@link #recall} sees them.
   *
   * @param kv of the packed tokens that the cache was begun with [m, 2 * key heads * size]
   */
  void remember(NDArray kv, KeyValueCache cache, int layer) {
    NDList parts = script.call("halves", kv);
    script.apply("place", parts.get(0), cache.keys(layer), cache.places());
    script.apply("place", parts.get(1), cache.values(layer), cache.places());
  }

  /**
   * One token of each row sees all that a cache holds of the row, and adds nothing to it.
   *
   * @param query [rows, heads * size]
   * @return the context [rows, heads * size]
   */
  NDArray recall(NDArray query, KeyValueCache cache, int layer) {
    return script.apply(
        "recall", query, cache.keys(layer), cache.values(layer), cache.mask(), shape);
  }

  @Override
  public void close() {
    script.close();
    byHand.close();
  }
}
