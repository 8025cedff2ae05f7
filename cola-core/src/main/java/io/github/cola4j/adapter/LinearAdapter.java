package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * g(x) = x·Wᵀ + b with W [out, in] (ColA, table 1: "linear"), the same freedom as full fine-tuning
 * of the module. Classifier heads are trained by one with a bias; α = 1.
 */
public final class LinearAdapter implements Adapter {
  private final NDArray weight;
  private final NDArray bias; // null: none
  private final NDArray
      transposed; // a view, kept so that a step makes nothing that belongs to the adapter

  /**
   * Takes over the arrays.
   *
   * @param weight [out, in]
   * @param bias [out], or null for none
   */
  public LinearAdapter(NDArray weight, NDArray bias) {
    this.weight = weight;
    this.bias = bias;
    this.transposed = Owned.by(weight.getManager(), m -> weight.transpose());
  }

  /** A fresh one, all zeros, that changes nothing yet. */
  public static LinearAdapter fresh(NDManager manager, long in, long out, boolean bias) {
    return new LinearAdapter(
        Owned.by(manager, m -> m.zeros(new Shape(out, in))),
        bias ? Owned.by(manager, m -> m.zeros(new Shape(out))) : null);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return named(weight, bias);
  }

  @Override
  public NDArray forward(NDArray x) {
    NDArray out = x.matMul(transposed); // [n, out]
    return bias == null ? out : out.addi(bias);
  }

  @Override
  public NDArray inputGradient(NDArray x, NDArray hiddenGradient) {
    return hiddenGradient.matMul(weight); // [n, in]
  }

  @Override
  public Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient) {
    return named(
        hiddenGradient.transpose().matMul(x),
        bias == null ? null : hiddenGradient.sum(new int[] {0}));
  }

  @Override
  public boolean mergeable() {
    return true;
  }

  @Override
  public void mergeInto(NDManager scratch, NDArray base, NDArray baseBias) {
    base.addi(weight);
    if (bias != null) {
      baseBias.addi(bias);
    }
  }

  @Override
  public void close() {
    transposed.close();
    weight.close();
    if (bias != null) {
      bias.close();
    }
  }

  private static Map<String, NDArray> named(NDArray weight, NDArray bias) {
    Map<String, NDArray> named = new LinkedHashMap<>();
    named.put("W", weight);
    if (bias != null) {
      named.put("b", bias);
    }
    return named;
  }
}
