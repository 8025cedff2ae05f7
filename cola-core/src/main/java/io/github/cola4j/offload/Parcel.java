package io.github.cola4j.offload;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.spec.OffloadSpec;

/**
 * An array as it travels to where adapters are fitted.
 *
 * @param values rounded to the type
 * @param steps what one step of int8 is in each row; null in other types
 * @param type how it travels
 * @param bytes of all of it
 */
record Parcel(NDArray values, NDArray steps, OffloadSpec.RowType type, long bytes)
    implements AutoCloseable {

  /**
   * The array, for the current scope.
   *
   * @param like an array of the type that is computed with, where it is computed
   */
  NDArray open(NDArray like) {
    return switch (type) {
      case FLOAT32 -> values;
      case BFLOAT16 -> Courier.SCRIPT.apply("bfloat16_opened", values, like);
      case INT8 -> Courier.SCRIPT.apply("int8_opened", values, steps);
    };
  }

  @Override
  public void close() {
    values.close();
    if (steps != null) {
      steps.close();
    }
  }
}
