package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.SomeRows;

/** Where a route's rows lie in the arrays [n, …] of a packing. */
sealed interface Places {
  /** Everywhere. */
  Places ALL = new All();

  /**
   * @param rows of the batch; null: all
   * @param manager owner of what is made, for as long as the pass
   */
  static Places of(Packing packing, int[] rows, NDManager manager, HostArena arena) {
    if (rows == null) {
      return ALL;
    }
    int[] tokens = packing.tokensOf(rows);
    boolean stretch = tokens.length > 0;
    for (int i = 1; stretch && i < tokens.length; i++) {
      stretch = tokens[i] == tokens[0] + i;
    }
    if (stretch) {
      return new Stretch(tokens[0], tokens[0] + tokens.length);
    }
    return new Scattered(Owned.by(manager, m -> arena.longs(m, new Shape(tokens.length), tokens)));
  }

  /** What lies there: a view, if not {@linkplain Scattered scattered}. */
  NDArray of(NDArray array);

  /** Whether {@link #of} gives views, so that what is written there is written to the array. */
  boolean views();

  /** Adds what {@link #of} is to get, in place. */
  void addTo(NDArray array, NDArray addition);

  /** The same apart from the array, recorded if autograd is on. */
  NDArray added(NDArray array, NDArray addition);

  /** All of an array. */
  record All() implements Places {
    @Override
    public NDArray of(NDArray array) {
      return array;
    }

    @Override
    public boolean views() {
      return true;
    }

    @Override
    public void addTo(NDArray array, NDArray addition) {
      array.addi(addition);
    }

    @Override
    public NDArray added(NDArray array, NDArray addition) {
      return array.add(addition);
    }
  }

  /** The places [from, to). */
  record Stretch(int from, int to) implements Places {
    @Override
    public NDArray of(NDArray array) {
      return array.get(new NDIndex("{}:{}", from, to));
    }

    @Override
    public boolean views() {
      return true;
    }

    @Override
    public void addTo(NDArray array, NDArray addition) {
      of(array).addi(addition);
    }

    @Override
    public NDArray added(NDArray array, NDArray addition) {
      return SomeRows.add(array, from, to, addition);
    }
  }

  /**
   * Places here and there.
   *
   * @param indexes [n] int64
   */
  record Scattered(NDArray indexes) implements Places {
    @Override
    public NDArray of(NDArray array) {
      return SomeRows.take(array, indexes);
    }

    @Override
    public boolean views() {
      return false;
    }

    @Override
    public void addTo(NDArray array, NDArray addition) {
      SomeRows.addInPlace(array, indexes, addition);
    }

    @Override
    public NDArray added(NDArray array, NDArray addition) {
      return SomeRows.add(array, indexes, addition);
    }
  }
}
