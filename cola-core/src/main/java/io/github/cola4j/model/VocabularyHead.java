package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;

/**
 * The head of a language model, from hidden states to logits over the vocabulary. It is frozen and
 * no site; whoever trains evaluates it in chunks, so that the logits of all tokens never exist at
 * once.
 *
 * @param weight [vocabulary, hidden]; often the table of word embeddings itself
 * @param bias [vocabulary], or null if there is none
 */
public record VocabularyHead(NDArray weight, NDArray bias) {

  /** The number of tokens that are told apart. */
  public int size() {
    return (int) weight.getShape().get(0);
  }

  /** [n, hidden] to [n, vocabulary]. */
  public NDArray logits(NDArray hidden) {
    return ai.djl.nn.core.Linear.linear(hidden, weight, bias).singletonOrThrow();
  }
}
