package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/** A frozen decoder-only language model. */
public interface CausalModel extends GenerativeModel {

  /**
   * What the vocabulary's head reads.
   *
   * @param wanted the packed tokens that are asked for, each by its place [n]
   * @return hidden states behind the last norm [n, hidden]
   * @throws ModelException if a row has more tokens than the model has positions
   */
  NDArray hidden(ForwardPass pass, Tokens tokens, int[] wanted);
}
