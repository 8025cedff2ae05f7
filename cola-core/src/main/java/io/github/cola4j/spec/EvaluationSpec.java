package io.github.cola4j.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code evaluation}: how the model is measured on {@code data.validation}.
 *
 * @param every {@code every}: {@code epoch} (the default) or a number of steps; transformers'
 *     {@code eval_strategy} and {@code eval_steps}
 * @param metric {@code metric}: which metric decides what is better; transformers' {@code
 *     metric_for_best_model}; by default the task's first one
 * @param keep {@code keep}: which adapter is the result, the {@code best} (the default) or the
 *     {@code last}; with users alone each user's best, by that user's rows; transformers' {@code
 *     load_best_model_at_end}
 * @param patience {@code patience}: training ends after so many evaluations in a row without
 *     improvement; transformers' {@code early_stopping_patience}; none by default, and refused with
 *     users alone, whose training would end by others' rows
 * @param batchSize {@code batch_size}: rows in a batch of an evaluation; transformers' {@code
 *     per_device_eval_batch_size}; default 32
 * @param limit {@code limit}: only the first so many rows of {@code data.validation} are measured,
 *     or of each user's file; transformers' {@code max_eval_samples}; all by default
 * @param generate {@code generate}: whether texts are generated for the metrics {@code rouge…},
 *     which takes far longer than the others; for {@code sequence-to-sequence}, false for other
 *     tasks; transformers' {@code predict_with_generate}; default false
 */
public record EvaluationSpec(
    Every every,
    String metric,
    Keep keep,
    Optional<Integer> patience,
    int batchSize,
    Optional<Integer> limit,
    boolean generate) {
  /** Which adapter a run ends with. */
  public enum Keep {
    /** The one that was best in an evaluation. */
    BEST,
    /** The one after the last step. */
    LAST
  }

  static EvaluationSpec read(Section evaluation, Task task) {
    Every every = evaluation.value("every", Every.ALWAYS, new Every.Epoch());
    List<String> metrics =
        evaluation.undecided()
            ? Arrays.stream(Task.values()).flatMap(any -> any.metrics().stream()).toList()
            : task.metrics();
    String metric = evaluation.value("metric", Type.choice(metrics), metrics.get(0));
    EvaluationSpec read =
        new EvaluationSpec(
            every,
            metric,
            evaluation.value("keep", Type.choice(Keep.class), Keep.BEST),
            evaluation.optional("patience", Type.whole(Range.atLeast(1))),
            evaluation.value("batch_size", Type.whole(Range.atLeast(1)), 32),
            evaluation.optional("limit", Type.whole(Range.atLeast(1))),
            task == Task.SEQUENCE_TO_SEQUENCE && evaluation.value("generate", Type.flag(), false));
    if (metric.startsWith("rouge") && !read.generate && !evaluation.undecided()) {
      evaluation.problem(
          "metric",
          metric + " is of texts that are generated",
          "write generate: true as well, or take perplexity");
    }
    return read;
  }
}
