package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/** A frozen model that gives each row of a batch one logit per class. */
public interface SequenceClassifier extends BaseModel {

  /**
   * Classifies the rows.
   *
   * @return logits [rows, classes], in the order of the packing's rows
   * @throws ModelException if a row has more tokens than the model has positions
   */
  NDArray logits(ForwardPass pass, Tokens tokens);
}
