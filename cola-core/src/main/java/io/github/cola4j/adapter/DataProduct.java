package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;

/**
 * What is left of adaptation data (x, ∇ĥ) when its rows are summed: all that the gradients of an
 * adapter which is linear in x hang on while its parameters stay as they are, whatever the number
 * of rows. Products of several batches add up.
 *
 * @param product ∇ĥᵀ·x [out, in]
 * @param sum of ∇ĥ's rows [out]
 */
public record DataProduct(NDArray product, NDArray sum) {
  /**
   * The product of some rows.
   *
   * @param x [n, in]
   * @param hiddenGradient ∇ĥ [n, out]
   */
  public static DataProduct of(NDArray x, NDArray hiddenGradient) {
    return new DataProduct(hiddenGradient.transpose().matMul(x), hiddenGradient.sum(new int[] {0}));
  }
}
