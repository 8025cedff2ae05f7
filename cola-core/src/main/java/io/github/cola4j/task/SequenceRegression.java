package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceClassifier;
import io.github.cola4j.model.Tokens;
import io.github.cola4j.tensor.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One number for each row, from a head with a single output: mean squared error to learn by, as
 * transformers does for {@code num_labels} 1.
 */
public final class SequenceRegression implements Objective {
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

  @Override
  public int items(PackedBatch batch) {
    return batch.size();
  }

  /** The number of each packed row [rows]. */
  public float[] predictions(ForwardPass pass, PackedBatch batch) {
    return outputs(pass, batch).toFloatArray();
  }

  private NDArray outputs(ForwardPass pass, PackedBatch batch) {
    return model.logits(pass, new Tokens(batch.packing(), batch.ids(), batch.types())); // [rows, 1]
  }

  /** All metrics of a regression. */
  @Override
  public Measurement measurement() {
    return new Measurement() {
      private final List<Double> scores = new ArrayList<>();
      private final List<Double> predictions = new ArrayList<>();

      @Override
      public void add(ForwardPass pass, PackedBatch batch) {
        for (float predicted : predictions(pass, batch)) {
          predictions.add((double) predicted);
        }
        for (float score : batch.scores()) {
          scores.add((double) score);
        }
      }

      @Override
      public Map<String, Double> metrics() {
        return Metrics.forRegression(doubles(scores), doubles(predictions));
      }
    };
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(value -> value).toArray();
  }

  @Override
  public void close() {
    script.close();
  }
}
