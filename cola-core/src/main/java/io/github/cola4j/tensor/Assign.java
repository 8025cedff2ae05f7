package io.github.cola4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

/** Writing into arrays that others hold, or see parts of. */
public final class Assign {
  private static final NDIndex EVERYTHING = new NDIndex("...");

  private Assign() {}

  /**
   * Copies {@code values} into the memory of {@code target}, of the same shape. DJL's own {@code
   * set(Buffer)} gives the array new memory.
   */
  public static void values(NDArray target, NDArray values) {
    if (!target.getShape().equals(values.getShape())) {
      throw new IllegalArgumentException(
          "an array of shape %s cannot take values of shape %s"
              .formatted(target.getShape(), values.getShape()));
    }
    target.set(EVERYTHING, values);
  }
}
