package io.github.cola4j.run;

import io.github.cola4j.data.Batches;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.task.SequenceClassification;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures an adapted model on rows with labels. */
record Evaluation(AdaptedModel model, SequenceClassification task, HostArena arena) {

  /** All metrics of the task by name. */
  Map<String, Double> metrics(Dataset rows, int classes, int batchSize) {
    int[] labels = new int[rows.size()];
    int[] predictions = new int[rows.size()];
    // Rows of like length together: the shortest runs, and the fewest of them.
    int[] order =
        IntStream.range(0, rows.size())
            .boxed()
            .sorted(Comparator.comparingInt(rows::length))
            .mapToInt(row -> row)
            .toArray();
    for (int[] rowsOfBatch : Batches.of(order, batchSize)) {
      PackedBatch batch = PackedBatch.of(rows.get(rowsOfBatch));
      try (Scope scope = Scope.open(model.manager())) {
        InferencePass pass = new InferencePass(model.linears(), scope.manager(), arena);
        int[] predicted = task.predictions(pass, batch);
        for (int i = 0; i < predicted.length; i++) {
          predictions[batch.rows()[i]] = predicted[i];
          labels[batch.rows()[i]] = batch.labels()[i];
        }
      } finally {
        arena.reset();
      }
    }
    return Metrics.forClassification(classes, labels, predictions);
  }
}
