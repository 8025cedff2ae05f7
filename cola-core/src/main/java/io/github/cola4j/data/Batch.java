package io.github.cola4j.data;

/** Rows that go through a model together. */
public interface Batch {
  /** The data set's rows, in the order in which the batch has them [rows]. */
  int[] rows();

  /** How many rows there are. */
  default int size() {
    return rows().length;
  }
}
