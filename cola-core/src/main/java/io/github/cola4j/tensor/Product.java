package io.github.cola4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

/** Matrix products that are added to what is there, in one operation. */
public final class Product {
  /** Loaded once and for as long as the process lives: it holds nothing but its text. */
  private static final Script SCRIPT =
      Script.load(Torch.newManager(Device.cpu()), Product.class, "product.py");

  private Product() {}

  /**
   * {@code target += a · b}, in the memory of target; nothing may be recorded.
   *
   * @param target [n, m], which may be columns of another array
   * @param a [n, k]; its manager owns what is made on the way
   * @param b [k, m]
   */
  public static void addTo(NDArray target, NDArray a, NDArray b) {
    SCRIPT.call("add", a, b, target);
  }
}
