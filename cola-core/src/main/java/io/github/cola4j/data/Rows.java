package io.github.cola4j.data;

/**
 * The rows of a data set, ready to be put into batches.
 *
 * @param <B> what a model reads: {@link PackedBatch} for texts, {@link ImageBatch} for images
 */
public interface Rows<B extends Batch> {
  /** How many rows there are. */
  int size();

  /** What a row costs a model: its tokens, or 1 where every row costs the same. */
  int length(int row);

  /**
   * A batch.
   *
   * @param rows numbers of rows, from 0; at least one
   */
  B batch(int[] rows);
}
