package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/**
 * A frozen table of embeddings: y = table[id].
 *
 * @param name its path in the Hugging Face model, for instance {@code transformer.wte}
 * @param weight the table turned, as a view of it [width, entries]
 * @param alone whether nothing but the lookup reads the table; a vocabulary's head often does
 */
public record Embedding(String name, NDArray weight, Pristine pristine, boolean alone)
    implements BaseModule {
  @Override
  public NDArray bias() {
    return null;
  }
}
