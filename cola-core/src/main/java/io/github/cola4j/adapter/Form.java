package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;

/**
 * The form of the module that an adapter stands beside: how the module's input x becomes rows of
 * features φ(x), of which every adapter is a function, and how rows of outputs become what the
 * module makes. Linear, embedding and convolution adapters differ in nothing else.
 */
public interface Form {
  /** That of a linear module: the input's rows are the features [n, in]. */
  Form LINEAR = new LinearForm();

  /**
   * φ(x) itself.
   *
   * @return [rows, features]
   * @throws UnsupportedOperationException where that would be a table of zeros and ones
   */
  NDArray features(NDArray x);

  /**
   * φ(x)·Wᵀ.
   *
   * @param x what the module reads
   * @param weight W [k, features]
   * @return [rows, k]
   */
  NDArray project(NDArray x, NDArray weight);

  /**
   * What {@link #project} sends back to its weight.
   *
   * @param gradient of its result [rows, k]
   * @return [k, features]
   */
  NDArray weightGradient(NDArray x, NDArray gradient, NDArray weight);

  /**
   * What {@link #project} sends back to its input.
   *
   * @param gradient of its result [rows, k]
   * @return of x's shape
   * @throws UnsupportedOperationException where the input are ids
   */
  NDArray inputGradient(NDArray x, NDArray gradient, NDArray weight);

  /** What the module makes, as rows [rows, out]. */
  NDArray rows(NDArray made);

  /**
   * The inverse of {@link #rows}.
   *
   * @param rows [rows, out]
   * @param x what the module reads
   */
  NDArray made(NDArray rows, NDArray x);
}
