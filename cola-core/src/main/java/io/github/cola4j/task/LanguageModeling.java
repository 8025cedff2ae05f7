package io.github.cola4j.task;

import ai.djl.ndarray.NDArray;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.model.ForwardPass;
import java.util.Map;

/** An objective that is the mean of −log p(token) over the labelled tokens. */
public interface LanguageModeling extends Objective {

  /**
   * The sum of −log p(token) over the labelled tokens, for measuring: nothing is kept for a way
   * back.
   *
   * @return a scalar
   */
  NDArray sum(ForwardPass pass, PackedBatch batch);

  /** The number of labelled tokens. */
  @Override
  int items(PackedBatch batch);

  /** Perplexity and mean loss. */
  @Override
  default Measurement measurement() {
    return new Measurement() {
      private double sum;
      private long items;

      @Override
      public void add(ForwardPass pass, PackedBatch batch) {
        int labelled = items(batch);
        if (labelled > 0) {
          sum += sum(pass, batch).getFloat();
          items += labelled;
        }
      }

      @Override
      public Map<String, Double> metrics() {
        return Metrics.forLanguageModel(sum / items);
      }
    };
  }
}
