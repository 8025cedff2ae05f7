package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A batch's mean loss, and where the way back begins.
 *
 * @param mean a scalar
 * @param made what the model made, as recorded
 * @param gradient of the mean with respect to {@code made}, of its shape
 */
public record Loss(NDArray mean, NDArray made, NDArray gradient) {

  /** A loss that was recorded itself. */
  static Loss recorded(NDManager manager, NDArray mean) {
    return new Loss(mean, mean, manager.ones(mean.getShape(), mean.getDataType()));
  }
}
