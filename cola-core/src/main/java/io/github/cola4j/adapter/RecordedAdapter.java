package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.Owned;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An adapter that is a formula, written with operations that autograd records; its derivatives are
 * autograd's. Its scale is part of the formula.
 */
sealed interface RecordedAdapter extends Adapter permits Mlp, OwnAdapter {
  /** α·g(x; w) as a function of both. */
  NDArray value(Map<String, NDArray> parameters, NDArray x);

  @Override
  default double scale() {
    return 1;
  }

  @Override
  default NDArray forward(NDArray x) {
    return value(parameters(), x);
  }

  @Override
  default NDArray inputGradient(NDArray x, NDArray hiddenGradient) {
    NDArray leaf = Autograd.leaf(x);
    backward(() -> value(parameters(), leaf), hiddenGradient);
    return gradient(leaf);
  }

  @Override
  default Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient) {
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    parameters().forEach((name, array) -> leaves.put(name, Autograd.leaf(array)));
    backward(() -> value(leaves, x), hiddenGradient);
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    leaves.forEach((name, leaf) -> gradients.put(name, gradient(leaf)));
    return gradients;
  }

  /** Copies of the parameters, by the same names. */
  default Map<String, NDArray> copies(NDManager manager) {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    parameters().forEach((name, array) -> copies.put(name, Owned.copy(manager, array)));
    return copies;
  }

  private static void backward(Supplier<NDArray> formula, NDArray hiddenGradient) {
    NDArray value = Autograd.recorded(formula);
    if (Autograd.requiresGradient(value)) { // else nothing that is asked for went into it
      Autograd.backward(value, hiddenGradient);
    }
  }

  private static NDArray gradient(NDArray leaf) {
    return Autograd.hasGradient(leaf) ? Autograd.gradient(leaf) : leaf.zerosLike();
  }
}
