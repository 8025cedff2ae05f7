package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.ForwardPass;

/** An objective that is the mean of −log p(token) over the labelled tokens. */
public interface LanguageModeling extends Objective {

  /**
   * The sum of −log p(token) over the labelled tokens, for measuring: nothing is kept for a way
   * back.
   *
   * @return a scalar
   */
  NDArray sum(ForwardPass pass, PackedBatch batch);

  /** The number of labelled tokens. */
  @Override
  int items(PackedBatch batch);
}
