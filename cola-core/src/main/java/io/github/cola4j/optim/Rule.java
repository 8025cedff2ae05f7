package io.github.cola4j.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Script;

/** How a gradient changes a parameter. */
public sealed interface Rule permits AdamW, Sgd {

  /**
   * Changes one parameter, and what is remembered of it, in place.
   *
   * @param name under which its moments are kept
   */
  void change(NDArray parameter, String name, NDArray gradient, Step step);

  /**
   * What all parameters of one step share.
   *
   * @param script the arithmetic
   * @param moments what is remembered per parameter
   * @param scratch owner of what is made on the way
   * @param number of the step, from 1
   */
  record Step(
      Script script, Moments moments, NDManager scratch, long number, double learningRate) {}
}
