package io.github.cola4j.run;

import io.github.cola4j.data.Batch;
import io.github.cola4j.data.Batches;
import io.github.cola4j.data.Rows;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.task.Objective;
import io.github.cola4j.task.Outcome;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Asks an adapted model for what it makes of rows with labels.
 *
 * @param batchSize rows that pass through the model together, if they are no more than {@link
 *     #TOKENS} tokens
 */
public record Evaluation<B extends Batch>(
    AdaptedModel model, Objective<B> objective, HostArena arena, int batchSize) {
  /** With more at once nothing gets faster, but they take more memory than training does. */
  private static final int TOKENS = 2_048;

  /**
   * What the model makes of some rows.
   *
   * @param routing which adapters all of them pass through
   * @param chosen the rows' numbers
   */
  public List<Outcome> outcomes(Rows<B> rows, int[] chosen, Routing routing) {
    // Rows of like length together: the shortest runs, and the fewest of them. The longest first:
    // what the others need fits into the memory that these leave.
    int[] order =
        IntStream.of(chosen)
            .boxed()
            .sorted(Comparator.comparingInt(rows::length).reversed())
            .mapToInt(row -> row)
            .toArray();
    List<Outcome> outcomes = new ArrayList<>();
    for (int[] batch : Batches.of(order, batchSize, rows::length, TOKENS)) {
      try (Scope scope = Scope.open(model.manager())) {
        InferencePass pass = new InferencePass(model.modules(), routing, scope.manager(), arena);
        outcomes.add(objective.outcome(pass, rows.batch(batch)));
      } finally {
        arena.reset();
      }
    }
    return outcomes;
  }
}
