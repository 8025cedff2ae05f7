package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/**
 * A frozen linear module: y = x·Wᵀ + b.
 *
 * @param name its path in the Hugging Face model, for instance {@code
 *     bert.encoder.layer.0.attention.self.query}
 * @param weight [out, in]; adapters may be merged into it, so it need not be the pristine one
 * @param bias [out], or null if the module has none
 * @param pristine the weights as the base was saved
 */
public record Linear(String name, NDArray weight, NDArray bias, Pristine pristine) {

  /** Gives a module's original weights anew, any number of times. */
  @FunctionalInterface
  public interface Pristine {
    /**
     * Writes them into arrays of the module's shapes.
     *
     * @param weight [out, in]
     * @param bias [out], or null if the module has none
     */
    void writeTo(NDArray weight, NDArray bias);
  }

  /** The number of input features. */
  public long in() {
    return weight.getShape().get(1);
  }

  /** The number of output features. */
  public long out() {
    return weight.getShape().get(0);
  }
}
