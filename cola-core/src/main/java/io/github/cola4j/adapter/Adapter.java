package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * An auxiliary model g(x; w), added in parallel to one base module: ĥ = h + α·g(x; w) (design
 * section 1; ColA, equation 2). The scale α is part of what the methods below give. Inputs and
 * outputs have the module's {@link Form}: n packed rows for a linear module, ids for an embedding,
 * images for a convolution. Results belong to the current scope.
 *
 * <p>A kind of one's own is an {@link AdapterKind}.
 */
public interface Adapter extends AutoCloseable {

  /**
   * The parameters w by their names, in a fixed order; the arrays themselves, so that an optimizer
   * can change them in place.
   */
  Map<String, NDArray> parameters();

  /** α, what g is multiplied by. */
  double scale();

  /**
   * The probability with which each value of the input is dropped in training; whoever evaluates
   * the adapter does that.
   */
  default double dropout() {
    return 0;
  }

  /**
   * α·g(x; w). If operations are recorded, autograd goes through to x.
   *
   * @param x [n, in]
   * @return [n, out]
   */
  NDArray forward(NDArray x);

  /**
   * Adds a share of α·g(x; w) to what the base module made, in place. Records nothing.
   *
   * @param h [n, out]
   * @param x [n, in]
   */
  default void addTo(NDArray h, NDArray x, double share) {
    NDArray own = forward(x);
    h.addi(share == 1 ? own : own.mul(share));
  }

  /**
   * Adds a share of {@link #inputGradient} to what else comes back to the input, in place.
   *
   * @param gradient [n, in]
   * @param x [n, in]
   * @param hiddenGradient ∇ĥ [n, out]
   */
  default void addInputGradientTo(
      NDArray gradient, NDArray x, NDArray hiddenGradient, double share) {
    NDArray own = inputGradient(x, hiddenGradient);
    gradient.addi(share == 1 ? own : own.mul(share));
  }

  /**
   * What the adapter sends back to its input: (∂αg/∂x)ᵀ·∇ĥ. Records nothing.
   *
   * @param x [n, in]
   * @param hiddenGradient ∇ĥ [n, out]
   * @return [n, in]
   */
  NDArray inputGradient(NDArray x, NDArray hiddenGradient);

  /**
   * The gradient of the fit's objective ½‖g(x; w) − (g(x; w_t) − α∇ĥ)‖² at w = w_t, summed over the
   * rows, which is (∂αg/∂w)ᵀ·∇ĥ: the very number that back-propagation gives. Records nothing.
   *
   * @param x [n, in]
   * @param hiddenGradient ∇ĥ [n, out]
   * @return a gradient for each of {@link #parameters}
   */
  Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient);

  /**
   * Whether the gradients hang on the data by their {@link DataProduct} alone, so that it may stand
   * for the rows.
   */
  default boolean learnsFromProduct() {
    return false;
  }

  /**
   * The same gradients from the product of the data instead of its rows. Records nothing.
   *
   * @return new arrays, a gradient for each of {@link #parameters}
   * @throws UnsupportedOperationException unless {@link #learnsFromProduct}
   */
  default Map<String, NDArray> gradients(DataProduct data) {
    throw new UnsupportedOperationException("its gradients need the rows");
  }

  /**
   * The same adapter with copies of its parameters, so that it can be fitted on another thread or
   * device.
   *
   * @param manager whose device the copies live on, and who they belong to
   */
  Adapter copy(NDManager manager);

  /** Whether g is linear in x, so that it can be merged into the base module. */
  boolean mergeable();

  /**
   * Merges the adapter into a base module's weights: adds a share of α·ΔW and α·Δb to them, in
   * place.
   *
   * @param scratch owner of what is made on the way
   * @param share 1 for all of it; of K users who collaborate each adds 1/K
   * @param weight [out, features]
   * @param bias [out], or null if the module has none
   * @throws UnsupportedOperationException if it is not {@link #mergeable}
   */
  void mergeInto(NDManager scratch, double share, NDArray weight, NDArray bias);

  /** Frees the parameters. */
  @Override
  default void close() {
    parameters().values().forEach(NDArray::close);
  }
}
