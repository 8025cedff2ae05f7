package io.github.cola4j.model;

import ai.djl.ndarray.NDManager;
import java.util.List;

/** A frozen model that tells how likely each token of its vocabulary comes next. */
public interface GenerativeModel extends BaseModel {

  /** From hidden states to logits. */
  VocabularyHead vocabulary();

  /** None: a vocabulary's head stays frozen. */
  @Override
  default List<Linear> head() {
    return List.of();
  }

  @Override
  default List<String> headModules() {
    return List.of();
  }

  /**
   * Begins to continue rows.
   *
   * @param owner parent of the arrays that are kept until {@link Decoding#close}
   * @param prompts what the rows begin with; for an encoder-decoder what it reads
   * @param maxNewTokens how many tokens may be added to each row
   * @throws ModelException if a row would have more tokens than the model has positions
   */
  Decoding decode(NDManager owner, Tokens prompts, int maxNewTokens);
}
