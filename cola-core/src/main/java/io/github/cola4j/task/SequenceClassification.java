package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceClassifier;
import io.github.cola4j.model.Tokens;
import java.util.List;
import java.util.Map;

/**
 * One class for each row: cross-entropy to learn by, the class of the greatest logit to predict.
 */
public final class SequenceClassification implements Objective<PackedBatch> {
  private final SequenceClassifier model;
  private final ClassLoss loss;

  public SequenceClassification(NDManager manager, SequenceClassifier model) {
    this.model = model;
    this.loss = new ClassLoss(manager);
  }

  /** The mean over the batch's rows of −log softmax(logits)[label]. */
  @Override
  public Loss loss(ForwardPass pass, PackedBatch batch) {
    return loss.mean(pass, logits(pass, batch), batch.labels());
  }

  /** [rows, classes], in the order of the packed rows. */
  public NDArray logits(ForwardPass pass, PackedBatch batch) {
    return model.logits(pass, new Tokens(batch.packing(), batch.ids(), batch.types()));
  }

  /** The probability of each class for each packed row [rows, classes]. */
  public float[] probabilities(ForwardPass pass, PackedBatch batch) {
    return logits(pass, batch).softmax(1).toFloatArray();
  }

  @Override
  public Outcome outcome(ForwardPass pass, PackedBatch batch) {
    return Outcome.Classes.of(batch.labels(), logits(pass, batch).toFloatArray());
  }

  /** All metrics of a classification. */
  @Override
  public Map<String, Double> metrics(List<Outcome> outcomes) {
    return Outcome.Classes.metrics(outcomes);
  }

  @Override
  public void close() {
    loss.close();
  }
}
