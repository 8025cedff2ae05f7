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
 * One class for each row: cross-entropy to learn by, the class of the greatest logit to predict.
 */
public final class SequenceClassification implements Objective {
  private final SequenceClassifier model;
  private final Script script;

  public SequenceClassification(NDManager manager, SequenceClassifier model) {
    this.model = model;
    this.script = Script.load(manager, SequenceClassification.class, "losses.py");
  }

  /** The mean over the batch's rows of −log softmax(logits)[label]. */
  @Override
  public Loss loss(ForwardPass pass, PackedBatch batch) {
    NDArray labels = pass.arena().longs(pass.manager(), new Shape(batch.size()), batch.labels());
    return Loss.recorded(
        pass.manager(), script.apply("cross_entropy", logits(pass, batch), labels));
  }

  @Override
  public int items(PackedBatch batch) {
    return batch.size();
  }

  /** [rows, classes], in the order of the packed rows. */
  public NDArray logits(ForwardPass pass, PackedBatch batch) {
    return model.logits(pass, new Tokens(batch.packing(), batch.ids(), batch.types()));
  }

  /** The class of the greatest logit of each row: [rows, classes] to [rows]. */
  private static int[] greatest(NDArray logits) {
    float[] values = logits.toFloatArray();
    int classes = (int) logits.getShape().get(1);
    int[] greatest = new int[(int) logits.getShape().get(0)];
    for (int row = 0; row < greatest.length; row++) {
      for (int c = 1; c < classes; c++) {
        if (values[row * classes + c] > values[row * classes + greatest[row]]) {
          greatest[row] = c;
        }
      }
    }
    return greatest;
  }

  /** The probability of each class for each packed row [rows, classes]. */
  public float[] probabilities(ForwardPass pass, PackedBatch batch) {
    return logits(pass, batch).softmax(1).toFloatArray();
  }

  /** All metrics of a classification. */
  @Override
  public Measurement measurement() {
    return new Measurement() {
      private final List<Integer> labels = new ArrayList<>();
      private final List<Integer> predictions = new ArrayList<>();
      private int classes;

      @Override
      public void add(ForwardPass pass, PackedBatch batch) {
        NDArray logits = logits(pass, batch);
        classes = (int) logits.getShape().get(1);
        for (int predicted : greatest(logits)) {
          predictions.add(predicted);
        }
        for (int label : batch.labels()) {
          labels.add(label);
        }
      }

      @Override
      public Map<String, Double> metrics() {
        return Metrics.forClassification(classes, ints(labels), ints(predictions));
      }
    };
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(value -> value).toArray();
  }

  @Override
  public void close() {
    script.close();
  }
}
