package io.github.cola4j.checkpoint;

import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;

/**
 * A tensor that is made when its turn to be written comes, so that a model need not be in memory as
 * a whole.
 *
 * @param type of its elements
 * @param shape its dimensions
 * @param values makes it, of that type and shape; called once
 */
public record PendingTensor(ElementType type, Shape shape, Supplier<HostTensor> values) {
  static PendingTensor of(HostTensor tensor) {
    return new PendingTensor(tensor.type(), tensor.shape(), () -> tensor);
  }

  /** How many bytes it takes. */
  long bytes() {
    return Math.multiplyExact(shape.size(), (long) type.bytes());
  }

  HostTensor made(String name) {
    HostTensor tensor = values.get();
    if (tensor.type() != type || !tensor.shape().equals(shape)) {
      throw new IllegalStateException(
          "%s was announced as %s %s and is %s %s"
              .formatted(name, type, shape, tensor.type(), tensor.shape()));
    }
    return tensor;
  }
}
