package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * A frozen linear module: y = x·Wᵀ + b.
 *
 * @param name its path in the Hugging Face model, for instance {@code
 *     bert.encoder.layer.0.attention.self.query}
 * @param matrix W [out, in]
 * @param bias [out], or null if the module has none
 */
public record Linear(String name, FrozenWeight matrix, NDArray bias, Pristine pristine)
    implements BaseModule {

  /** One whose weight [out, in] is held as it is. */
  public Linear(String name, NDArray weight, NDArray bias, Pristine pristine) {
    this(name, FrozenWeight.of(weight), bias, pristine);
  }

  @Override
  public NDArray weight() {
    return matrix.array();
  }

  @Override
  public void widen() {
    matrix.widen();
  }

  @Override
  public DataType dataType() {
    return matrix.dataType();
  }

  @Override
  public long in() {
    return matrix.in();
  }

  @Override
  public long out() {
    return matrix.out();
  }
}
