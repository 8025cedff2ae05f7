package io.github.cola4j.model.block;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Owned;

/**
 * Original weights that no file holds. The copy is made when they are asked for the first time,
 * which is before anything is merged into them.
 */
final class KeptCopy implements BaseModule.Pristine {
  private final NDManager manager;
  private final NDArray weight;
  private final NDArray bias;
  private NDArray weightCopy; // null: not taken yet
  private NDArray biasCopy;

  /**
   * @param manager owner of the copy
   * @param weight the array in use
   * @param bias the array in use, or null if there is none
   */
  KeptCopy(NDManager manager, NDArray weight, NDArray bias) {
    this.manager = manager;
    this.weight = weight;
    this.bias = bias;
  }

  void take() {
    if (weightCopy == null) {
      weightCopy = Owned.by(manager, m -> weight.duplicate());
      biasCopy = bias == null ? null : Owned.by(manager, m -> bias.duplicate());
    }
  }

  /** Whether the weights in use may be others by now. */
  boolean taken() {
    return weightCopy != null;
  }

  @Override
  public void writeTo(NDArray toWeight, NDArray toBias) {
    take();
    Assign.values(toWeight, weightCopy);
    if (biasCopy != null) {
      Assign.values(toBias, biasCopy);
    }
  }

  /** Gives the arrays in use their values back, if a copy was taken. */
  void restore() {
    if (taken()) {
      writeTo(weight, bias);
    }
  }
}
