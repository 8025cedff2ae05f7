package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * g(x) = x·Aᵀ·Bᵀ with A [r, in] and B [out, r] (LoRA's parametrisation, Hu et al. 2021; ColA, table
 * 1), scaled by α = lora_alpha / r, or lora_alpha / √r with rank-stabilised scaling (Kalajdzievski
 * 2023).
 */
public final class LowRank implements Adapter {
  private final NDArray a;
  private final NDArray b;
  private final NDArray aT; // views, kept so that a step makes nothing that belongs to the adapter
  private final NDArray bT;
  private final double scale;

  /**
   * Takes over both arrays.
   *
   * @param a [r, in]
   * @param b [out, r]
   * @param scale α
   */
  public LowRank(NDArray a, NDArray b, double scale) {
    this.a = a;
    this.b = b;
    this.aT = Owned.by(a.getManager(), m -> a.transpose());
    this.bT = Owned.by(b.getManager(), m -> b.transpose());
    this.scale = scale;
  }

  /**
   * A fresh one, that changes nothing yet: A uniform in ±1/√in (Kaiming with a = √5, as PEFT and
   * the paper's code draw it), B zero.
   *
   * @param random gives A's values, row by row
   */
  public static LowRank fresh(
      NDManager manager, long in, long out, int rank, double scale, Random random) {
    float[] values = new float[Math.toIntExact(rank * in)];
    double bound = 1 / Math.sqrt(in);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return new LowRank(
        Owned.by(manager, m -> m.create(values, new Shape(rank, in))),
        Owned.by(manager, m -> m.zeros(new Shape(out, rank))),
        scale);
  }

  /** [r, in]. */
  public NDArray a() {
    return a;
  }

  /** [out, r]. */
  public NDArray b() {
    return b;
  }

  @Override
  public Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put("A", a);
    parameters.put("B", b);
    return parameters;
  }

  @Override
  public NDArray forward(NDArray x) {
    return x.matMul(aT).matMul(bT).muli(scale); // [n, r] -> [n, out]
  }

  @Override
  public NDArray inputGradient(NDArray x, NDArray hiddenGradient) {
    return hiddenGradient.matMul(b).matMul(a).muli(scale); // [n, r] -> [n, in]
  }

  @Override
  public Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient) {
    NDArray narrow = x.matMul(aT); // [n, r]
    NDArray back = hiddenGradient.matMul(b); // [n, r]
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    gradients.put("A", back.transpose().matMul(x).muli(scale));
    gradients.put("B", hiddenGradient.transpose().matMul(narrow).muli(scale));
    return gradients;
  }

  @Override
  public boolean mergeable() {
    return true;
  }

  @Override
  public void mergeInto(NDManager scratch, NDArray weight, NDArray bias) {
    // The scale comes first so that the products are scratch.
    NDArray scaled = scratch.create((float) scale).mul(b); // [out, r]
    weight.addi(scaled.matMul(a));
  }

  @Override
  public void close() {
    for (NDArray array : new NDArray[] {aT, bT, a, b}) {
      array.close();
    }
  }
}
