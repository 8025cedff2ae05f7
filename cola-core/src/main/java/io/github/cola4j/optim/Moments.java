package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Owned;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors that an optimizer keeps per parameter, each made when it is first needed. */
final class Moments implements AutoCloseable {
  private final NDManager manager;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  Moments(NDManager parent) {
    manager = parent.newSubManager();
  }

  /** The tensor {@code what} of a parameter, zeros of its shape at first. */
  NDArray of(String parameter, String what, NDArray like) {
    return arrays.computeIfAbsent(
        parameter + "." + what,
        name -> Owned.by(manager, m -> m.zeros(like.getShape(), like.getDataType())));
  }

  boolean contains(String parameter, String what) {
    return arrays.containsKey(parameter + "." + what);
  }

  Map<String, NDArray> all() {
    return arrays;
  }

  void restore(Map<String, NDArray> state) {
    arrays.values().forEach(NDArray::close);
    arrays.clear();
    state.forEach((name, array) -> arrays.put(name, Owned.by(manager, m -> array.duplicate())));
  }

  @Override
  public void close() {
    manager.close();
  }
}
