package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;

/**
 * A frozen table of embeddings: y = table[id].
 *
 * @param name its path in the Hugging Face model, for instance {@code transformer.wte}
 * @param shape of the weight [width, entries]
 * @param turned gives the table turned, as a view of it; may load it, which a lookup alone does not
 * @param alone whether nothing but the lookup reads the table; a vocabulary's head often does
 */
public record Embedding(
    String name, Shape shape, Supplier<NDArray> turned, Pristine pristine, boolean alone)
    implements BaseModule {
  @Override
  public NDArray weight() {
    return turned.get();
  }

  @Override
  public NDArray bias() {
    return null;
  }

  @Override
  public long in() {
    return shape.get(1);
  }

  @Override
  public long out() {
    return shape.get(0);
  }
}
