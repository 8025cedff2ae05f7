package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * Changes parameters in place, by their gradients. Its state is kept per parameter, by name.
 * Closing frees the state.
 */
public interface Optimizer extends AutoCloseable {

  /**
   * One step on every parameter that has a gradient.
   *
   * @param scratch owner of what is made on the way
   * @param parameters by name
   * @param gradients by the same names, of the same shapes
   * @param learningRate of this step
   */
  void step(
      NDManager scratch,
      Map<String, NDArray> parameters,
      Map<String, NDArray> gradients,
      double learningRate);

  /** How many steps were taken. */
  long steps();

  /**
   * All tensors of the state, as {@code <parameter>.<what>}: with {@link #steps} it is all that a
   * later {@link #restore} needs.
   */
  Map<String, NDArray> state();

  /**
   * Goes back to a saved state.
   *
   * @param steps as {@link #steps} told
   * @param state as {@link #state} told; the values are copied
   */
  void restore(long steps, Map<String, NDArray> state);

  @Override
  void close();
}
