package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.tensor.Packing;
import java.util.List;
import java.util.Map;

/** An objective that is the mean of −log p(token) over the labelled tokens. */
public interface LanguageModeling extends Objective<PackedBatch> {

  /** How many labelled tokens each row has. */
  @Override
  int[] itemsOfRows(PackedBatch batch);

  /**
   * The sum of −log p(token) over the labelled tokens, for measuring: nothing is kept for a way
   * back.
   *
   * @return a scalar
   */
  NDArray sum(ForwardPass pass, PackedBatch batch);

  /** How many of some packed tokens, in rising order, lie in each row. */
  static int[] count(Packing packing, int[] tokens) {
    int[] counts = new int[packing.rows()];
    int row = 0;
    int end = packing.rows() == 0 ? 0 : packing.lengths()[0];
    for (int token : tokens) {
      while (token >= end) {
        end += packing.lengths()[++row];
      }
      counts[row]++;
    }
    return counts;
  }

  @Override
  default Outcome outcome(ForwardPass pass, PackedBatch batch) {
    int items = items(batch);
    return new Outcome.Tokens(items == 0 ? 0 : sum(pass, batch).getFloat(), items);
  }

  /** Perplexity and mean loss. */
  @Override
  default Map<String, Double> metrics(List<Outcome> outcomes) {
    return Outcome.Tokens.metrics(outcomes);
  }
}
