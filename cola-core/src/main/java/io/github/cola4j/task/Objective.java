package io.github.cola4j.task;

import io.github.cola4j.data.Batch;
import io.github.cola4j.model.ForwardPass;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a model is trained for: from a batch to a loss.
 *
 * @param <B> the kind of its batches: packed texts, or images
 */
public interface Objective<B extends Batch> extends AutoCloseable {

  /** The mean of a batch's loss over its {@linkplain #items items}. */
  Loss loss(ForwardPass pass, B batch);

  /**
   * How many items of each row a batch's loss is the mean of: 1 where a row is one item, else its
   * labelled tokens.
   *
   * @return [rows], in the order in which the batch has them
   */
  default int[] itemsOfRows(B batch) {
    return IntStream.generate(() -> 1).limit(batch.size()).toArray();
  }

  /** How many items of all rows a batch's loss is the mean of. */
  default int items(B batch) {
    return IntStream.of(itemsOfRows(batch)).sum();
  }

  /** What the model makes of rows with labels, for {@link #metrics}. */
  Outcome outcome(ForwardPass pass, B batch);

  /** The task's metrics over all the rows of these outcomes, by name. */
  Map<String, Double> metrics(List<Outcome> outcomes);

  @Override
  void close();
}
