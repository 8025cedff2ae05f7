package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Script;

/** The mean over rows of −log softmax(logits)[label]. */
public final class CrossEntropy implements AutoCloseable {
  private final Script script;

  public CrossEntropy(NDManager manager) {
    script = Script.load(manager, CrossEntropy.class, "losses.py");
  }

  /**
   * @param logits [rows, classes]
   * @param labels [rows], int64, from 0
   * @return a scalar
   */
  public NDArray mean(NDArray logits, NDArray labels) {
    return script.apply("cross_entropy", logits, labels);
  }

  @Override
  public void close() {
    script.close();
  }
}
