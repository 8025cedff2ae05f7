package io.github.cola4j.adapter;

import ai.djl.ndarray.NDArray;

/** The form of linear modules: x [n, in] to [n, out]. */
final class LinearForm implements Form {
  @Override
  public NDArray features(NDArray x) {
    return x;
  }

  @Override
  public NDArray project(NDArray x, NDArray weight) {
    return ai.djl.nn.core.Linear.linear(x, weight).singletonOrThrow();
  }

  @Override
  public NDArray weightGradient(NDArray x, NDArray gradient, NDArray weight) {
    return gradient.transpose().matMul(x);
  }

  @Override
  public NDArray inputGradient(NDArray x, NDArray gradient, NDArray weight) {
    return gradient.matMul(weight);
  }

  @Override
  public NDArray rows(NDArray made) {
    return made;
  }

  @Override
  public NDArray made(NDArray rows, NDArray x) {
    return rows;
  }
}
