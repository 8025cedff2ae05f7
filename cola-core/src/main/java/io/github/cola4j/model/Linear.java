package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

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

  /** Gives a module's original weights anew; the arrays belong to the manager. */
  public interface Pristine {
    /** [out, in]. */
    NDArray weight(NDManager manager);

    /** [out], or null if the module has none. */
    NDArray bias(NDManager manager);
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
