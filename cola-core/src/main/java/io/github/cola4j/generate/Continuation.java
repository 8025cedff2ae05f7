package io.github.cola4j.generate;

/**
 * Rows that are being continued. Implementations keep what the model has read (a key-value cache),
 * so that each token is read once.
 */
public interface Continuation extends AutoCloseable {
  /** How many rows are being continued now. */
  int rows();

  /** How many tokens the model chooses among. */
  int vocabulary();

  /**
   * Logits of the next token of each row, row after row {@code [rows, vocabulary]}; may be
   * overwritten by the caller; valid until the next call.
   */
  float[] logits();

  /** Adds one token to each row. */
  void append(int[] tokens);

  /**
   * Row i goes on from what row {@code rows[i]} was; the number of rows may grow (beams) or shrink.
   */
  void select(int[] rows);

  @Override
  void close();
}
