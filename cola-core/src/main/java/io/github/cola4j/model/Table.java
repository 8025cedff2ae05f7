package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.tensor.Owned;
import java.nio.FloatBuffer;

/**
 * A table of embeddings in use. A large one that nothing but lookups reads stays in the checkpoint,
 * from where a batch's few rows are read; a vocabulary of 50,000 would take 150 MB.
 */
final class Table {
  private static final long LARGE = 4L << 20; // values

  private final NDManager manager;
  private final Weights weights;
  private final String stored;
  private final long width;
  private final Embedding module;
  private NDArray entries; // [entries, width]; null: not loaded
  private NDArray turned; // a view of it

  /**
   * One that was loaded already, or is when it is first needed.
   *
   * @param manager owner of what is loaded
   * @param stored the checkpoint's name of it
   * @param loaded the table [entries, width], or null
   */
  Table(
      NDManager manager,
      Weights weights,
      String name,
      String stored,
      Shape shape,
      NDArray loaded,
      boolean alone) {
    this.manager = manager;
    this.weights = weights;
    this.stored = stored;
    this.width = shape.get(1);
    this.entries = loaded;
    module =
        new Embedding(
            name,
            new Shape(shape.get(1), shape.get(0)),
            this::turned,
            Parameters.turned(manager, weights, stored),
            alone);
    if (!alone || manager.getDevice().isGpu() || shape.size() <= LARGE) {
      entries();
    }
  }

  /** The same as a module that may be a site. */
  Embedding module() {
    return module;
  }

  /** The whole table [entries, width]. */
  synchronized NDArray entries() {
    if (entries == null) {
      entries = Owned.by(manager, m -> weights.load(m, stored));
    }
    return entries;
  }

  private synchronized NDArray turned() {
    if (turned == null) {
      turned = Owned.by(manager, m -> entries().transpose());
    }
    return turned;
  }

  /** Whether the table is in memory, and may have been changed there. */
  synchronized boolean loaded() {
    return entries != null;
  }

  /** The entries of some ids, read from the checkpoint [n, width]. */
  NDArray read(ForwardPass pass, int[] ids) {
    return pass.arena()
        .floats(pass.manager(), new Shape(ids.length, width), memory -> read(ids, memory));
  }

  private void read(int[] ids, FloatBuffer memory) {
    int end = memory.position();
    for (int id : ids) {
      end += (int) width;
      memory.limit(end);
      weights.floats(stored, id * width, memory);
    }
  }
}
