package io.github.cola4j.task;

import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.ForwardPass;
import java.util.Map;

/** Measures a model on rows with labels, a batch at a time. */
public interface Measurement {

  /** Takes in a batch. */
  void add(ForwardPass pass, PackedBatch batch);

  /** The metrics of all batches taken in, by name. */
  Map<String, Double> metrics();
}
