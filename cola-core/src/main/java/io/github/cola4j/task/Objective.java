package io.github.cola4j.task;

import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.ForwardPass;

/** What a model is trained for: from a batch to a loss. */
public interface Objective extends AutoCloseable {

  /** The mean of a batch's loss over its {@linkplain #items items}. */
  Loss loss(ForwardPass pass, PackedBatch batch);

  /** How many items a batch's loss is the mean of: rows, or labelled tokens. */
  int items(PackedBatch batch);

  /** Measures the model as the task does. */
  Measurement measurement();

  @Override
  void close();
}
