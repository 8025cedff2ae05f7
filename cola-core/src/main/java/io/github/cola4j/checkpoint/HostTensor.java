package io.github.cola4j.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * A tensor as it is stored: little-endian bytes in the JVM's memory, row by row. Not altered once
 * made. Two are equal if type, shape and bytes are.
 *
 * @param type of its elements
 * @param shape its dimensions; {@code ()} for a scalar
 * @param bytes its elements, from position to limit; kept, not copied
 */
public record HostTensor(ElementType type, Shape shape, ByteBuffer bytes) {
  public HostTensor {
    shape = new Shape(shape.getShape().clone());
    bytes = bytes.asReadOnlyBuffer().slice();
    if (bytes.remaining() != Math.multiplyExact(shape.size(), type.bytes())) {
      throw new IllegalArgumentException(
          "%s of shape %s has %d bytes".formatted(type, shape, bytes.remaining()));
    }
  }

  /** The bytes from 0 to their end, in a read-only little-endian buffer of the caller's own. */
  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A copy, so that nobody alters this one's. */
  @Override
  public Shape shape() {
    return new Shape(shape.getShape().clone());
  }

  /** F32 of the given shape. */
  public static HostTensor floats(float[] values, long... shape) {
    ByteBuffer bytes = allocate(values.length, ElementType.F32);
    bytes.asFloatBuffer().put(values);
    return new HostTensor(ElementType.F32, new Shape(shape), bytes);
  }

  /** I64 of the given shape. */
  public static HostTensor longs(long[] values, long... shape) {
    ByteBuffer bytes = allocate(values.length, ElementType.I64);
    bytes.asLongBuffer().put(values);
    return new HostTensor(ElementType.I64, new Shape(shape), bytes);
  }

  /** A copy of a FLOAT32 or INT64 array on any device. */
  public static HostTensor of(NDArray array) {
    long[] shape = array.getShape().getShape().clone();
    DataType type = array.getDataType();
    if (type != DataType.FLOAT32 && type != DataType.INT64) {
      throw new IllegalArgumentException("an array of " + type + ", not FLOAT32 or INT64");
    }
    if (array.size() == 0) {
      return type == DataType.FLOAT32 ? floats(new float[0], shape) : longs(new long[0], shape);
    }
    NDArray here = array.toDevice(Device.cpu(), false);
    try {
      return type == DataType.FLOAT32
          ? floats(here.toFloatArray(), shape)
          : longs(here.toLongArray(), shape);
    } finally {
      if (here != array) {
        here.close();
      }
    }
  }

  /**
   * The same numbers in another floating type, rounded to the nearest, ties to even. An integer
   * tensor, or one already of that type, can only stay what it is.
   */
  public HostTensor as(ElementType other) {
    if (other == type) {
      return this;
    }
    if (!type.isFloating() || !other.isFloating()) {
      throw new IllegalArgumentException(type + " is not converted to " + other);
    }
    ByteBuffer converted = allocate(Math.toIntExact(shape.size()), other);
    ElementCodec.encode(
        FloatBuffer.wrap(toFloats()), other, converted.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    return new HostTensor(other, shape, converted);
  }

  /** The elements of a floating tensor. */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(shape.size())];
    ElementCodec.floats(type, bytes(), FloatBuffer.wrap(values));
    return values;
  }

  /** The elements of an integer tensor; BOOL as 0 and 1. */
  public long[] toLongs() {
    long[] values = new long[Math.toIntExact(shape.size())];
    ElementCodec.longs(type, bytes(), LongBuffer.wrap(values));
    return values;
  }

  /** The tensor in an array of its shape: FLOAT32 for floating types, INT64 for the others. */
  public NDArray load(NDManager manager) {
    return type.isFloating()
        ? manager.create(toFloats(), shape())
        : manager.create(toLongs(), shape());
  }

  private static ByteBuffer allocate(int elements, ElementType type) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
