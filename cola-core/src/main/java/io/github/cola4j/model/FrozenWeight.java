package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.WeightType;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrix [out, in] of frozen linear modules as memory holds it, in float32 or in 16 bits; or
 * some of its rows. Products of it are made in float32, and are the same bits however it is held.
 */
public final class FrozenWeight {
  private final FrozenWeight whole; // this, or what its rows are of
  private final long from;
  private final long to;
  private final List<FrozenWeight> parts = new ArrayList<>(); // of a whole
  private WeightType type;
  private NDArray held;

  private FrozenWeight(FrozenWeight whole, long from, long to, WeightType type, NDArray held) {
    this.whole = whole == null ? this : whole;
    this.from = from;
    this.to = to;
    this.type = type;
    this.held = held;
  }

  /** A matrix as it is; of float64 too, where the model is. */
  public static FrozenWeight of(NDArray weight) {
    return of(weight, WeightType.FLOAT32);
  }

  /**
   * @param held memory of the type [out, in]
   */
  static FrozenWeight of(NDArray held, WeightType type) {
    return new FrozenWeight(null, 0, held.getShape().get(0), type, held);
  }

  /** Rows [from, to) as a view. */
  FrozenWeight rows(long first, long last) {
    FrozenWeight part =
        new FrozenWeight(
            whole,
            from + first,
            from + last,
            type,
            type.rows(whole.held, from + first, from + last));
    whole.parts.add(part);
    return part;
  }

  /** The number of rows. */
  public long out() {
    return to - from;
  }

  /** The number of columns. */
  public long in() {
    return held.getShape().get(1);
  }

  /** The type of what products are made of. */
  public DataType dataType() {
    return type.narrow() ? DataType.FLOAT32 : held.getDataType();
  }

  /** What it is held in. */
  public WeightType type() {
    return type;
  }

  /** The memory [out, in], for the type alone. */
  public NDArray held() {
    return held;
  }

  /** x·Wᵀ + b, recorded if autograd is on: x [n, in] to [n, out]; the bias may be null. */
  public NDArray product(NDArray x, NDArray bias) {
    return type.product(x, held, bias);
  }

  /** The way back, g·W: the outputs' gradient [n, out] to the inputs' [n, in]. */
  public NDArray back(NDArray gradient) {
    return type.back(gradient, held);
  }

  /** The matrix in float32: a copy that is the owner's where it is held in 16 bits, else itself. */
  public NDArray widened(NDManager owner) {
    return type.narrow() ? Owned.by(owner, m -> type.widened(held)) : held;
  }

  /**
   * The matrix itself, to be written too.
   *
   * @throws IllegalStateException if it is held in 16 bits
   */
  public NDArray array() {
    if (type.narrow()) {
      throw new IllegalStateException(
          "a weight held in %s cannot be read or written as it is; widen it first".formatted(type));
    }
    return held;
  }

  /**
   * From now on the whole matrix is held in float32, and can be written; its numbers stay the same.
   * No pass may run meanwhile.
   */
  public void widen() {
    if (whole != this) {
      whole.widen();
    } else if (type.narrow()) {
      replace(widened(held.getManager()));
      parts.forEach(part -> part.replace(type.rows(held, part.from, part.to)));
    }
  }

  private void replace(NDArray wide) {
    held.close();
    held = wide;
    type = WeightType.FLOAT32;
  }
}
