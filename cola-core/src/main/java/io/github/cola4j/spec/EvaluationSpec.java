package io.github.cola4j.spec;

import java.util.Optional;

/**
 * The section {@code evaluation}: how the model is measured on {@code data.validation}.
 *
 * @param every {@code every}: {@code epoch} (the default) or a number of steps; transformers'
 *     {@code eval_strategy} and {@code eval_steps}
 * @param metric {@code metric}: which metric decides what is better; transformers' {@code
 *     metric_for_best_model}; by default the task's first one
 * @param keep {@code keep}: which adapter is the result, the {@code best} (the default) or the
 *     {@code last}; transformers' {@code load_best_model_at_end}
 * @param patience {@code patience}: training ends after so many evaluations in a row without
 *     improvement; transformers' {@code early_stopping_patience}; none by default
 * @param batchSize {@code batch_size}: rows in a batch of an evaluation; transformers' {@code
 *     per_device_eval_batch_size}; default 32
 */
public record EvaluationSpec(
    Every every, String metric, Keep keep, Optional<Integer> patience, int batchSize) {
  /** Which adapter a run ends with. */
  public enum Keep {
    /** The one that was best in an evaluation. */
    BEST,
    /** The one after the last step. */
    LAST
  }

  static EvaluationSpec read(Section evaluation, Task task) {
    return new EvaluationSpec(
        evaluation.value("every", Every.ALWAYS, new Every.Epoch()),
        evaluation.value("metric", Type.choice(task.metrics()), task.metrics().get(0)),
        evaluation.value("keep", Type.choice(Keep.class), Keep.BEST),
        evaluation.optional("patience", Type.whole(Range.atLeast(1))),
        evaluation.value("batch_size", Type.whole(Range.atLeast(1)), 32));
  }
}
