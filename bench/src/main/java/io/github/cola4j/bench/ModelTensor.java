package io.github.cola4j.bench;

import ai.djl.ndarray.types.Shape;

/**
 * A tensor of a model that is made up.
 *
 * @param shape its dimensions
 * @param fill what it is filled with
 */
record ModelTensor(Shape shape, Fill fill) {
  /** What a tensor is filled with, as transformers initializes models. */
  enum Fill {
    /** Normal with a standard deviation of 0.02: weights. */
    NORMAL,
    /** Scales of norms. */
    ONES,
    /** Biases. */
    ZEROS
  }

  static ModelTensor weight(long... shape) {
    return new ModelTensor(new Shape(shape), Fill.NORMAL);
  }

  static ModelTensor bias(long size) {
    return new ModelTensor(new Shape(size), Fill.ZEROS);
  }

  static ModelTensor scale(long size) {
    return new ModelTensor(new Shape(size), Fill.ONES);
  }
}
