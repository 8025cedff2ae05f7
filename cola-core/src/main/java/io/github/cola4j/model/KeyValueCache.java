package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of what rows hold, for all layers. Rows are aligned at their ends, so that each
 * step writes one column; columns in front of shorter rows are masked.
 */
final class KeyValueCache implements AutoCloseable {
  private final NDManager manager;
  private final int layers;
  private final int width;
  private final int capacity;
  private final List<NDArray> keys = new ArrayList<>(); // a layer each: [rows, capacity, width]
  private final List<NDArray> values = new ArrayList<>();
  private NDArray mask; // [rows, capacity]: −∞ in front of a row's first token, else 0
  private NDArray places; // [tokens]: where the prompts' packed tokens lie in [rows * capacity]
  private int[] lengths = {}; // tokens of each row
  private int columns; // in use

  /**
   * @param width values of one token's key, all heads
   * @param capacity the most tokens of a row
   */
  KeyValueCache(NDManager owner, int layers, int width, int capacity) {
    this.manager = owner.newSubManager();
    this.layers = layers;
    this.width = width;
    this.capacity = capacity;
  }

  /** Makes room for prompts. */
  void begin(Packing prompts) {
    lengths = prompts.lengths().clone();
    for (int length : lengths) {
      columns = Math.max(columns, length);
    }
    int rows = lengths.length;
    float[] padding = new float[rows * capacity];
    long[] place = new long[prompts.tokens()];
    int token = 0;
    for (int row = 0; row < rows; row++) {
      int first = row * capacity + columns - lengths[row];
      for (int t = 0; t < lengths[row]; t++) {
        place[token++] = first + t;
      }
      for (int t = row * capacity; t < first; t++) {
        padding[t] = Float.NEGATIVE_INFINITY;
      }
    }
    mask = Owned.by(manager, m -> m.create(padding, new Shape(rows, capacity)));
    places = Owned.by(manager, m -> m.create(place));
    for (int layer = 0; layer < layers; layer++) {
      keys.add(empty(rows));
      values.add(empty(rows));
    }
  }

  /** Makes room for one more token of each row. */
  void grow() {
    columns++;
    for (int row = 0; row < lengths.length; row++) {
      lengths[row]++;
    }
  }

  /** Whether prompts have been read. */
  boolean filled() {
    return !keys.isEmpty();
  }

  /** How many tokens each row holds. */
  int[] lengths() {
    return lengths.clone();
  }

  /** How many columns are in use. */
  int columns() {
    return columns;
  }

  NDArray keys(int layer) {
    return keys.get(layer);
  }

  NDArray values(int layer) {
    return values.get(layer);
  }

  NDArray mask() {
    return mask;
  }

  NDArray places() {
    return places;
  }

  /** Row i becomes what row {@code rows[i]} was. */
  void select(int[] rows) {
    int[] before = lengths;
    lengths = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      lengths[i] = before[rows[i]];
    }
    try (NDManager scratch = manager.newSubManager()) {
      NDArray index = Owned.by(scratch, m -> m.create(rows));
      mask = selected(mask, index);
      keys.replaceAll(array -> selected(array, index));
      values.replaceAll(array -> selected(array, index));
    }
  }

  private NDArray selected(NDArray array, NDArray rows) {
    NDArray selected = Owned.by(manager, m -> array.get(rows));
    array.close();
    return selected;
  }

  private NDArray empty(int rows) {
    return Owned.by(manager, m -> m.zeros(new Shape(rows, capacity, width), DataType.FLOAT32));
  }

  @Override
  public void close() {
    manager.close();
  }
}
