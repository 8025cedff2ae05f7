package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A kind of auxiliary model of one's own: the one interface to implement. A spec names the class
 * ({@code adapter: {kind: com.acme.Wavelet, options: {…}}}), which has a public constructor that
 * takes the options as a {@code Map<String, String>}, or one without parameters.
 *
 * <p>It reads rows of features [n, in] and makes rows of outputs [n, out]; beside a convolution a
 * row is the patch under the kernel at one place. Derivatives are taken by autograd. It is beside
 * linear modules and convolutions, not embeddings.
 *
 * <p>Where fits are offloaded, its functions are called from several threads at the same time.
 */
public interface AdapterKind {

  /**
   * Fresh parameters by name. For training to begin at the base model, let them make g zero.
   *
   * @param manager owner of the arrays, which are copied
   * @param in features of a row
   * @param out outputs of a row
   * @param random for whatever is drawn; it depends on seed and site alone
   * @return names of letters, digits and underscores; the arrays of type float32
   */
  Map<String, NDArray> initial(NDManager manager, long in, long out, Random random);

  /**
   * α·g(x; w), with operations that autograd records: none that changes an array in place. What is
   * made on the way ends with the step: do not keep it in a field.
   *
   * @param parameters w, by the names of {@link #initial}
   * @param x [n, in]
   * @return [n, out]
   */
  NDArray evaluate(Map<String, NDArray> parameters, NDArray x);

  /**
   * ΔW with its scale, if α·g(x; w) = x·ΔWᵀ, so that the adapter can be merged; empty (the default)
   * if it is another function. Whether it is there must not depend on the parameters' values.
   *
   * @return [out, in]
   */
  default Optional<NDArray> deltaWeight(Map<String, NDArray> parameters) {
    return Optional.empty();
  }
}
