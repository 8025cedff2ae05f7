package io.github.cola4j.run;

import io.github.cola4j.data.Batches;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.task.Measurement;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;

/** Measures an adapted model on rows with labels. */
public record Evaluation(AdaptedModel model, Objective objective, HostArena arena) {

  /**
   * All metrics of the task by name.
   *
   * @param limit how many rows to measure on, the first ones
   */
  public Map<String, Double> metrics(Dataset rows, int limit, int batchSize) {
    Measurement measurement = objective.measurement();
    // Rows of like length together: the shortest runs, and the fewest of them.
    int[] order =
        IntStream.range(0, limit)
            .boxed()
            .sorted(Comparator.comparingInt(rows::length))
            .mapToInt(row -> row)
            .toArray();
    for (int[] rowsOfBatch : Batches.of(order, batchSize)) {
      try (Scope scope = Scope.open(model.manager())) {
        InferencePass pass = new InferencePass(model.linears(), scope.manager(), arena);
        measurement.add(pass, PackedBatch.of(rows.get(rowsOfBatch)));
      } finally {
        arena.reset();
      }
    }
    return measurement.metrics();
  }
}
