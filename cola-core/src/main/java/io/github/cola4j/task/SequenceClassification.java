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
import java.util.stream.IntStream;

/**
 * One class for each row: cross-entropy to learn by, the class of the greatest logit to predict.
 */
public final class SequenceClassification implements Objective<PackedBatch> {
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
  public int[] itemsOfRows(PackedBatch batch) {
    return IntStream.generate(() -> 1).limit(batch.size()).toArray();
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
    script.close();
  }
}
