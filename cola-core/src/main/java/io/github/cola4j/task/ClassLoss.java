package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.tensor.Script;

/** Cross-entropy of rows that have one class each. */
final class ClassLoss implements AutoCloseable {
  private final Script script;

  ClassLoss(NDManager manager) {
    script = Script.load(manager, ClassLoss.class, "losses.py");
  }

  /**
   * The mean over the rows of −log softmax(logits)[label].
   *
   * @param logits recorded [rows, classes]
   * @param labels the class of each row [rows]
   */
  Loss mean(ForwardPass pass, NDArray logits, int[] labels) {
    NDArray classes = pass.arena().longs(pass.manager(), new Shape(labels.length), labels);
    return Loss.recorded(pass.manager(), script.apply("cross_entropy", logits, classes));
  }

  @Override
  public void close() {
    script.close();
  }
}
