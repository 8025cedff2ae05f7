package io.github.cola4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;

/** Some rows of an array, by their places [n] in its first dimension, of type int64. */
public final class SomeRows {
  /** Loaded once and for as long as the process lives: it holds nothing but its text. */
  private static final Script SCRIPT =
      Script.load(Torch.newManager(Device.cpu()), SomeRows.class, "rows.py");

  private SomeRows() {}

  /** Copies of the rows at the places: [m, …] to [n, …]. */
  public static NDArray take(NDArray x, NDArray places) {
    return SCRIPT.apply("take", x, places);
  }

  /** {@code x} [m, …] with {@code rows} [n, …] added at the places. */
  public static NDArray add(NDArray x, NDArray places, NDArray rows) {
    return SCRIPT.apply("add", x, places, rows);
  }

  /** The same in the memory of {@code x}. */
  public static void addInPlace(NDArray x, NDArray places, NDArray rows) {
    SCRIPT.call("add_in_place", x, places, rows);
  }
}
