package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.tensor.Autograd;
import java.util.LinkedHashMap;
import java.util.Map;

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
    NDArray value = Autograd.recorded(() -> value(parameters(), leaf));
    Autograd.backward(value, hiddenGradient);
    return Autograd.gradient(leaf);
  }

  @Override
  default Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient) {
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    parameters().forEach((name, array) -> leaves.put(name, Autograd.leaf(array)));
    NDArray value = Autograd.recorded(() -> value(leaves, x));
    Autograd.backward(value, hiddenGradient);
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    leaves.forEach(
        (name, leaf) ->
            gradients.put(
                name, Autograd.hasGradient(leaf) ? Autograd.gradient(leaf) : leaf.zerosLike()));
    return gradients;
  }
}
