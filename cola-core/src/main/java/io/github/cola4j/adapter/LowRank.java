package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Product;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * g(x) = φ(x)·Aᵀ·Bᵀ with A [r, features] and B [out, r] (LoRA's parametrisation, Hu et al. 2021;
 * ColA, table 1), scaled by α = lora_alpha / r, or lora_alpha / √r with rank-stabilised scaling
 * (Kalajdzievski 2023).
 */
public final class LowRank implements Adapter {
  private final Form form;
  private final NDArray a;
  private final NDArray b;
  private final NDArray bT; // a view, kept so that a step makes nothing that belongs to the adapter
  private final double scale;
  private final double dropout;

  /**
   * Takes over both arrays.
   *
   * @param a [r, features]
   * @param b [out, r]
   * @param scale α
   * @param dropout of the input, in training
   */
  public LowRank(Form form, NDArray a, NDArray b, double scale, double dropout) {
    this.form = form;
    this.a = a;
    this.b = b;
    this.bT = Owned.by(b.getManager(), m -> b.transpose());
    this.scale = scale;
    this.dropout = dropout;
  }

  /** One beside a linear module, without dropout. */
  public LowRank(NDArray a, NDArray b, double scale) {
    this(Form.LINEAR, a, b, scale, 0);
  }

  /**
   * A fresh one beside a linear module or a convolution, that changes nothing yet: A uniform in
   * ±1/√features (Kaiming with a = √5, as PEFT and the paper's code draw it), B zero.
   *
   * @param random gives A's values, row by row
   */
  public static LowRank fresh(NDManager manager, Start start, Hyper hyper, Random random) {
    double bound = 1 / Math.sqrt(start.in());
    return new LowRank(
        start.form(),
        start.drawn(
            manager,
            new Shape(hyper.rank, start.in()),
            () -> (2 * random.nextDouble() - 1) * bound),
        start.zeros(manager, new Shape(start.out(), hyper.rank)),
        hyper.scale,
        hyper.dropout);
  }

  /**
   * A fresh one beside an embedding: A zero, B normal, as PEFT and the paper's code draw it; an id
   * reads a single column of A, so that a spread over all of them would mean nothing.
   *
   * @param random gives B's values, row by row
   */
  public static LowRank freshLookup(NDManager manager, Start start, Hyper hyper, Random random) {
    return new LowRank(
        start.form(),
        start.zeros(manager, new Shape(hyper.rank, start.in())),
        start.drawn(manager, new Shape(start.out(), hyper.rank), random::nextGaussian),
        hyper.scale,
        0); // ids are not dropped, nor does PEFT
  }

  /**
   * What a low-rank adapter is made with.
   *
   * @param rank r
   * @param scale α
   * @param dropout of the input, in training
   */
  public record Hyper(int rank, double scale, double dropout) {}

  @Override
  public Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put("A", a);
    parameters.put("B", b);
    return parameters;
  }

  @Override
  public double scale() {
    return scale;
  }

  @Override
  public double dropout() {
    return dropout;
  }

  @Override
  public NDArray forward(NDArray x) {
    return form.made(form.project(x, a).matMul(bT).muli(scale), x); // [n, r] -> [n, out]
  }

  @Override
  public NDArray inputGradient(NDArray x, NDArray hiddenGradient) {
    NDArray narrow = form.rows(hiddenGradient).matMul(b).muli(scale); // [n, r]
    return form.inputGradient(x, narrow, a);
  }

  @Override
  public void addTo(NDArray h, NDArray x, double share) {
    if (form == Form.LINEAR) {
      Product.addTo(h, form.project(x, a).muli(share * scale), bT); // [n, r] -> [n, out]
    } else {
      Adapter.super.addTo(h, x, share);
    }
  }

  @Override
  public void addInputGradientTo(
      NDArray gradient, NDArray x, NDArray hiddenGradient, double share) {
    if (form == Form.LINEAR) {
      Product.addTo(gradient, hiddenGradient.matMul(b).muli(share * scale), a);
    } else {
      Adapter.super.addInputGradientTo(gradient, x, hiddenGradient, share);
    }
  }

  @Override
  public Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient) {
    NDArray rows = form.rows(hiddenGradient); // [n, out]
    NDArray narrow = form.project(x, a); // [n, r]
    NDArray back = rows.matMul(b); // [n, r]
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    gradients.put("A", form.weightGradient(x, back, a).muli(scale));
    gradients.put("B", rows.transpose().matMul(narrow).muli(scale));
    return gradients;
  }

  @Override
  public boolean learnsFromProduct() {
    return form == Form.LINEAR;
  }

  @Override
  public Map<String, NDArray> gradients(DataProduct data) {
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    gradients.put("A", bT.matMul(data.product()).muli(scale));
    gradients.put("B", data.product().matMul(a.transpose()).muli(scale));
    return gradients;
  }

  @Override
  public Adapter copy(NDManager manager) {
    return new LowRank(form, Owned.copy(manager, a), Owned.copy(manager, b), scale, dropout);
  }

  @Override
  public boolean mergeable() {
    return true;
  }

  @Override
  public void mergeInto(NDManager scratch, double share, NDArray weight, NDArray bias) {
    // The scale comes first so that the products are scratch.
    Product.addTo(weight, scratch.create(share * scale).mul(b), a); // [out, r] -> [out, features]
  }

  @Override
  public void close() {
    bT.close();
    Adapter.super.close();
  }
}
