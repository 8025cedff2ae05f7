package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * A part of a model whose way back is written by hand, because autograd would keep more or take
 * longer. It reads one value. Results belong to the current scope.
 */
public interface HandWritten {
  /**
   * Makes the part's value; nothing is recorded.
   *
   * @return the value, and behind it whatever else {@link #back} needs
   */
  NDList forward(NDArray x);

  /**
   * The gradient of what the part read, in memory of its own; nothing is recorded.
   *
   * @param x what it read
   * @param kept what {@link #forward} made behind the value
   * @param gradient of the part's value, of its shape; others may read it too, so it must not be
   *     written to
   * @return of the shape of x
   */
  NDArray back(NDArray x, NDList kept, NDArray gradient);

  /** The same value by operations that autograd follows: what the other two must agree with. */
  NDArray recorded(NDArray x);
}
