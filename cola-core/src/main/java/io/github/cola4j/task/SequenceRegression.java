package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceClassifier;
import io.github.cola4j.model.Tokens;
import io.github.cola4j.tensor.Script;
import java.util.List;
import java.util.Map;

/**
 * One number for each row, from a head with a single output: mean squared error to learn by, as
 * transformers does for {@code num_labels} 1.
 */
public final class SequenceRegression implements Objective<PackedBatch> {
  private final SequenceClassifier model;
  private final Script script;

  /**
   * @param model with one class
   */
  public SequenceRegression(NDManager manager, SequenceClassifier model) {
    this.model = model;
    this.script = Script.load(manager, SequenceRegression.class, "losses.py");
  }

  /** The mean over the batch's rows of (output − score)². */
  @Override
  public Loss loss(ForwardPass pass, PackedBatch batch) {
    NDArray scores =
        pass.arena()
            .floats(pass.manager(), new Shape(batch.size()), buffer -> buffer.put(batch.scores()));
    return Loss.recorded(
        pass.manager(), script.apply("squared_error", outputs(pass, batch), scores));
  }

  /** The number of each packed row [rows]. */
  public float[] predictions(ForwardPass pass, PackedBatch batch) {
    return outputs(pass, batch).toFloatArray();
  }

  private NDArray outputs(ForwardPass pass, PackedBatch batch) {
    return model.logits(pass, new Tokens(batch.packing(), batch.ids(), batch.types())); // [rows, 1]
  }

  @Override
  public Outcome outcome(ForwardPass pass, PackedBatch batch) {
    return new Outcome.Scores(batch.scores(), predictions(pass, batch));
  }

  /** All metrics of a regression. */
  @Override
  public Map<String, Double> metrics(List<Outcome> outcomes) {
    return Outcome.Scores.metrics(outcomes);
  }

  @Override
  public void close() {
    script.close();
  }
}
