package io.github.cola4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.function.Function;

/** Arrays that live as long as a manager, even when they are made while a {@link Scope} is open. */
public final class Owned {
  private Owned() {}

  /** What {@code make} makes belongs to {@code manager} alone. */
  public static NDArray by(NDManager manager, Function<NDManager, NDArray> make) {
    NDArray array = make.apply(manager);
    NDScope.unregister(array);
    if (array.getManager() != manager) {
      array.attach(manager);
    }
    return array;
  }

  /** A copy on the device of {@code manager} that belongs to it and shares memory with nothing. */
  public static NDArray copy(NDManager manager, NDArray array) {
    return array.getDevice().equals(manager.getDevice())
        ? by(manager, m -> array.duplicate())
        : by(manager, m -> array.toDevice(m.getDevice(), false));
  }
}
