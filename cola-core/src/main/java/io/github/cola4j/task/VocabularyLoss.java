package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.VocabularyHead;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.Script;

/**
 * Cross-entropy of a language model through its frozen head: (softmax(h·Wᵀ + b) − onehot)·W is the
 * gradient that reaches h, so it is computed together with the loss, a chunk of tokens at a time;
 * [tokens, vocabulary] logits never exist at once.
 */
final class VocabularyLoss implements AutoCloseable {
  /**
   * Logits that exist at once: 51 MB of them. With a quarter of that a vocabulary of 50,000 leaves
   * so few rows that the products take a fifth longer.
   */
  private static final int LOGITS_AT_ONCE = 50_000 * 256;

  private final Script script;

  VocabularyLoss(NDManager manager) {
    script = Script.load(manager, VocabularyLoss.class, "losses.py");
  }

  /**
   * The mean over the tokens, and the gradient that reaches their hidden states.
   *
   * @param hidden what the head reads, recorded [n, hidden]
   * @param labels the token that comes next [n]
   */
  Loss mean(ForwardPass pass, NDArray hidden, int[] labels, VocabularyHead head) {
    NDList parts =
        Autograd.unrecorded(() -> script.call("vocabulary", arguments(pass, hidden, labels, head)));
    NDArray gradient = parts.get(1).divi(labels.length);
    return new Loss(parts.get(0).div(labels.length), hidden, gradient);
  }

  /** The sum over the tokens of −log p(label), a scalar; arguments as of {@link #mean}. */
  NDArray sum(ForwardPass pass, NDArray hidden, int[] labels, VocabularyHead head) {
    return Autograd.unrecorded(
        () -> script.apply("vocabulary_sum", arguments(pass, hidden, labels, head)));
  }

  private static NDArray[] arguments(
      ForwardPass pass, NDArray hidden, int[] labels, VocabularyHead head) {
    NDManager manager = pass.manager();
    int chunk = Math.max(1, LOGITS_AT_ONCE / head.size());
    return new NDArray[] {
      hidden,
      head.weight(),
      head.bias() == null ? manager.create(new Shape(0)) : head.bias(),
      pass.arena().longs(manager, new Shape(labels.length), labels),
      pass.arena().longs(manager, new Shape(1), chunk)
    };
  }

  @Override
  public void close() {
    script.close();
  }
}
