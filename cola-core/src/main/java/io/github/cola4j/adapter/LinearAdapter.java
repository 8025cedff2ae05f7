package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * g(x) = φ(x)·Wᵀ + b with W [out, features] (ColA, table 1: "linear"), the same freedom as full
 * fine-tuning of the module. Classifier heads are trained by one with a bias; α = 1.
 */
public final class LinearAdapter implements Adapter {
  private final Form form;
  private final NDArray weight;
  private final NDArray bias; // null: none

  /**
   * Takes over the arrays.
   *
   * @param weight [out, features]
   * @param bias [out], or null for none
   */
  public LinearAdapter(Form form, NDArray weight, NDArray bias) {
    this.form = form;
    this.weight = weight;
    this.bias = bias;
  }

  /** One beside a linear module. */
  public LinearAdapter(NDArray weight, NDArray bias) {
    this(Form.LINEAR, weight, bias);
  }

  /** A fresh one, all zeros, that changes nothing yet. */
  public static LinearAdapter fresh(NDManager manager, Start start, boolean bias) {
    return new LinearAdapter(
        start.form(),
        start.zeros(manager, new Shape(start.out(), start.in())),
        bias ? start.zeros(manager, new Shape(start.out())) : null);
  }

  @Override
  public Map<String, NDArray> parameters() {
    return named(weight, bias);
  }

  @Override
  public double scale() {
    return 1;
  }

  @Override
  public NDArray forward(NDArray x) {
    NDArray out = form.project(x, weight); // [n, out]
    return form.made(bias == null ? out : out.addi(bias), x);
  }

  @Override
  public NDArray inputGradient(NDArray x, NDArray hiddenGradient) {
    return form.inputGradient(x, form.rows(hiddenGradient), weight);
  }

  @Override
  public Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient) {
    NDArray rows = form.rows(hiddenGradient); // [n, out]
    return named(
        form.weightGradient(x, rows, weight), bias == null ? null : rows.sum(new int[] {0}));
  }

  @Override
  public boolean learnsFromProduct() {
    return form == Form.LINEAR;
  }

  @Override
  public Map<String, NDArray> gradients(DataProduct data) {
    return named(data.product().duplicate(), bias == null ? null : data.sum().duplicate());
  }

  @Override
  public Adapter copy(NDManager manager) {
    return new LinearAdapter(
        form, Owned.copy(manager, weight), bias == null ? null : Owned.copy(manager, bias));
  }

  /** With a bias only where the base module has one to take it. */
  @Override
  public boolean mergeable() {
    return true;
  }

  @Override
  public void mergeInto(NDManager scratch, double share, NDArray base, NDArray baseBias) {
    NDArray factor = scratch.create(share);
    base.addi(factor.mul(weight));
    if (bias != null) {
      baseBias.addi(factor.mul(bias));
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
