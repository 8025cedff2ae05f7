package io.github.cola4j.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/** In the place of an embedding that is a child of a block; shares its table. */
final class EmbeddingStandIn<T> extends ai.djl.nn.core.Embedding<T> {
  private final BlockChild child;
  private final ai.djl.nn.core.Embedding<T> original;

  EmbeddingStandIn(BlockChild child, ai.djl.nn.core.Embedding<T> original) {
    super(original.getDirectParameters().valueAt(0).getArray());
    this.child = child;
    this.original = original;
    inputShapes = original.getInputShapes();
    child.shareParameters(parameters);
    embedding = parameters.get("embedding");
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> options) {
    return child.forward(store, inputs, training, options);
  }

  @Override
  public NDArray embed(NDManager manager, T[] items) {
    return original.embed(manager, items);
  }

  @Override
  public boolean hasItem(T item) {
    return original.hasItem(item);
  }

  @Override
  public long embed(T item) {
    return original.embed(item);
  }

  @Override
  public Optional<T> unembed(long index) {
    return original.unembed(index);
  }

  @Override
  public byte[] encode(T item) throws IOException {
    return original.encode(item);
  }

  @Override
  public T decode(byte[] bytes) throws IOException {
    return original.decode(bytes);
  }

  @Override
  public void saveParameters(DataOutputStream out) throws IOException {
    original.saveParameters(out);
  }

  @Override
  public void loadParameters(NDManager manager, DataInputStream in) {
    throw new UnsupportedOperationException("the block is adapted; load before, or after");
  }
}
