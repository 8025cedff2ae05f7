package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/**
 * Rows that are being continued a token at a time, with the keys and values of what they hold, so
 * that nothing is read twice.
 */
public interface Decoding extends AutoCloseable {

  /**
   * Reads the prompts; call it once, first.
   *
   * @return logits of each row's next token [rows, vocabulary], of the pass
   */
  NDArray begin(ForwardPass pass);

  /**
   * Adds one token to each row.
   *
   * @return logits of each row's next token [rows, vocabulary], of the pass
   */
  NDArray append(ForwardPass pass, int[] tokens);

  /** Row i goes on from what row {@code rows[i]} was; rows may be left out or repeated. */
  void select(int[] rows);

  /** Frees keys and values. */
  @Override
  void close();
}
