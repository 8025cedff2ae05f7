package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * g(x) = W_n·a(… a(W_1·φ(x) + b_1) …) + b_n (ColA, table 1: "MLP"), with α = 1. It is not linear in
 * x, so it cannot be merged. Beside a convolution it reads the channels of one pixel at each place,
 * as the paper's code does.
 */
public final class Mlp implements RecordedAdapter {
  private final Form form;
  private final Map<String, NDArray> parameters;
  private final UnaryOperator<NDArray> activation;

  /**
   * Takes over the arrays.
   *
   * @param parameters W1 [hidden, features], b1 [hidden], W2, b2, … to the last, with the module's
   *     outputs
   * @param activation between the layers
   */
  public Mlp(Form form, Map<String, NDArray> parameters, UnaryOperator<NDArray> activation) {
    this.form = form;
    this.parameters = new LinkedHashMap<>();
    for (int i = 1; i <= parameters.size() / 2; i++) {
      this.parameters.put("W" + i, parameters.get("W" + i));
      this.parameters.put("b" + i, parameters.get("b" + i));
    }
    this.activation = activation;
  }

  /**
   * A fresh one that changes nothing yet: hidden layers uniform in ±1/√inputs, as PyTorch draws
   * linear layers, the last layer zero, as the paper's code has it.
   *
   * @param hiddenSizes of the hidden layers
   * @param random gives the values, layer by layer, weight before bias, row by row
   */
  public static Mlp fresh(
      NDManager manager,
      Start start,
      List<Integer> hiddenSizes,
      UnaryOperator<NDArray> activation,
      Random random) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    long in = start.in();
    int layer = 1;
    for (int size : hiddenSizes) {
      double bound = 1 / Math.sqrt(in);
      Shape weight = new Shape(size, in);
      parameters.put(
          "W" + layer, start.drawn(manager, weight, () -> (2 * random.nextDouble() - 1) * bound));
      parameters.put(
          "b" + layer,
          start.drawn(manager, new Shape(size), () -> (2 * random.nextDouble() - 1) * bound));
      in = size;
      layer++;
    }
    parameters.put("W" + layer, start.zeros(manager, new Shape(start.out(), in)));
    parameters.put("b" + layer, start.zeros(manager, new Shape(start.out())));
    return new Mlp(start.form(), parameters, activation);
  }

  @Override
  public NDArray value(Map<String, NDArray> w, NDArray x) {
    int layers = w.size() / 2;
    NDArray h = form.project(x, w.get("W1")).add(w.get("b1")); // [n, first hidden]
    for (int i = 2; i <= layers; i++) {
      NDArray weight = w.get("W" + i); // [next, previous]
      NDArray bias = w.get("b" + i);
      h = ai.djl.nn.core.Linear.linear(activation.apply(h), weight, bias).singletonOrThrow();
    }
    return form.made(h, x); // [n, out]
  }

  @Override
  public Map<String, NDArray> parameters() {
    return parameters;
  }

  @Override
  public Adapter copy(NDManager manager) {
    return new Mlp(form, copies(manager), activation);
  }

  @Override
  public boolean mergeable() {
    return false;
  }

  @Override
  public void mergeInto(NDManager scratch, double share, NDArray weight, NDArray bias) {
    throw new UnsupportedOperationException("an MLP is not linear in its input");
  }
}
