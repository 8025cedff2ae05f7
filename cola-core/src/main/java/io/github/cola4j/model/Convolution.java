package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.tensor.Window;

/**
 * A frozen two-dimensional convolution without groups.
 *
 * @param name its path in the block that it is a child of
 * @param weight [out, channels * kernel height * kernel width], a view of the kernel
 * @param bias [out], or null if the module has none
 * @param window how the kernel goes over the image
 */
public record Convolution(
    String name, NDArray weight, NDArray bias, Pristine pristine, Window window)
    implements BaseModule {

  /** How many channels the image has. */
  public long channels() {
    return in() / window.size();
  }
}
