package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * A frozen module f of a base that may be a site: linear in its input's features. A linear module's
 * features are its inputs; an embedding's one for each entry of its table, a one in the place of
 * the id; a convolution's the values of the patch under its kernel.
 */
public sealed interface BaseModule permits Linear, Embedding, Convolution {
  /** Its path in the Hugging Face model, or in the block that it is a child of. */
  String name();

  /**
   * [out, features]; adapters may be merged into it, so it need not be the pristine one.
   *
   * @throws IllegalStateException if it is held in 16 bits
   */
  NDArray weight();

  /** From now on the {@link #weight} is there to be merged into, whatever it was held in. */
  default void widen() {}

  /** [out], or null if the module has none. */
  NDArray bias();

  /**
   * The weights as the base was saved, rounded to what a linear module is held in: those that
   * adapters are trained beside.
   */
  Pristine pristine();

  /** Gives a module's original weights anew, any number of times. */
  @FunctionalInterface
  interface Pristine {
    /**
     * Writes them into arrays of the module's shapes.
     *
     * @param weight [out, features]
     * @param bias [out], or null if the module has none
     */
    void writeTo(NDArray weight, NDArray bias);
  }

  /** The type of its outputs and of its adapters. */
  default DataType dataType() {
    return weight().getDataType();
  }

  /** The number of features. */
  default long in() {
    return weight().getShape().get(1);
  }

  /** The number of outputs. */
  default long out() {
    return weight().getShape().get(0);
  }

  /**
   * Whether no other part of the base reads its weights, so that adapters may be merged into them.
   */
  default boolean alone() {
    return true;
  }
}
