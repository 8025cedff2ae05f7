package io.github.cola4j.gl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.Owned;

/**
 * A cut in a server pass: a value from which on operations are recorded anew, and the gradient that
 * comes back to it, from autograd and from readers that autograd does not know.
 */
final class Leaf {
  private final NDArray value;
  private NDArray sentBack; // by readers that autograd does not know, so far; null: nothing
  private boolean kept; // the way back needs the value
  private boolean spent; // it is freed
  private boolean lent; // sentBack is somebody else's too, so it must not change

  /**
   * @param value a leaf to autograd
   */
  Leaf(NDArray value) {
    this.value = value;
  }

  NDArray value() {
    return value;
  }

  /** Says that the way back needs the value. */
  void keep() {
    kept = true;
  }

  /**
   * Takes in what a reader sends back.
   *
   * @param gradient of the reader's own
   * @param manager owner of the sum
   */
  void take(NDArray gradient, NDManager manager) {
    if (sentBack == null || lent) {
      replace(sentBack == null ? gradient : gradient.addi(sentBack), manager);
    } else {
      sentBack.addi(gradient);
    }
  }

  /** The same where others read that gradient as well. */
  void borrow(NDArray gradient, NDManager manager) {
    if (sentBack == null) {
      replace(gradient.stopGradient(), manager);
      lent = true;
    } else if (lent) {
      replace(gradient.add(sentBack), manager);
    } else {
      sentBack.addi(gradient);
    }
  }

  private void replace(NDArray sum, NDManager manager) {
    if (sentBack != null) {
      sentBack.close();
    }
    sentBack = Owned.by(manager, m -> sum);
    lent = false;
  }

  /** Frees the value, which nobody reads any more, but perhaps the way back. */
  void spend() {
    if (!kept) {
      value.close();
      spent = true;
    }
  }

  /** What all readers have sent back; null if that is nothing. */
  NDArray gradient() {
    if (spent || !Autograd.hasGradient(value)) {
      return sentBack;
    }
    NDArray recorded = Autograd.gradient(value);
    if (sentBack == null) {
      return recorded;
    }
    return lent ? recorded.add(sentBack) : sentBack.addi(recorded);
  }

  void close() {
    value.close();
    if (sentBack != null) {
      sentBack.close();
    }
  }
}
