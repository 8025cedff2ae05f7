package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import java.util.function.DoubleSupplier;

/**
 * The module that a fresh adapter is made for.
 *
 * @param form how the adapter reads what the module reads
 * @param in features, as the adapter sees them
 * @param out outputs
 * @param type of the module's weights, and so of the adapter's
 */
public record Start(Form form, long in, long out, DataType type) {

  /** A linear module in float32. */
  public static Start linear(long in, long out) {
    return new Start(Form.LINEAR, in, out, DataType.FLOAT32);
  }

  /** Zeros that belong to {@code manager}. */
  public NDArray zeros(NDManager manager, Shape shape) {
    return Owned.by(manager, m -> m.zeros(shape, type));
  }

  /** Values that belong to {@code manager}, asked for row by row. */
  public NDArray drawn(NDManager manager, Shape shape, DoubleSupplier values) {
    int size = Math.toIntExact(shape.size());
    if (type == DataType.FLOAT64) {
      double[] drawn = new double[size];
      for (int i = 0; i < size; i++) {
        drawn[i] = values.getAsDouble();
      }
      return Owned.by(manager, m -> m.create(drawn, shape));
    }
    float[] drawn = new float[size];
    for (int i = 0; i < size; i++) {
      drawn[i] = (float) values.getAsDouble();
    }
    return Owned.by(manager, m -> m.create(drawn, shape));
  }
}
