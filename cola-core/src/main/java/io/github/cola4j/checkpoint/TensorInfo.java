package io.github.cola4j.checkpoint;

import ai.djl.ndarray.types.Shape;
import java.util.Optional;

/**
 * One tensor as a safetensors header describes it.
 *
 * @param name its name
 * @param dtype the element type as written, supported or not
 * @param shape its dimensions; {@code ()} for a scalar
 * @param begin its first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record TensorInfo(String name, String dtype, Shape shape, long begin, long end) {
  public TensorInfo {
    shape = new Shape(shape.getShape().clone());
  }

  /** The element type, or nothing for one that cannot be read here. */
  public Optional<ElementType> type() {
    return ElementType.named(dtype);
  }

  /** A copy, so that this record stays what the file says. */
  @Override
  public Shape shape() {
    return new Shape(shape.getShape().clone());
  }

  /** How many elements it has. */
  public long elements() {
    return shape.size();
  }
}
