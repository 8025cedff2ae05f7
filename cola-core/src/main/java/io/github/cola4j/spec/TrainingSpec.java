package io.github.cola4j.spec;

import java.util.Optional;

/**
 * The section {@code training}: how long and in what steps.
 *
 * @param epochs {@code epochs}: passes over the training rows; transformers' {@code
 *     num_train_epochs}; default 1
 * @param maxSteps {@code max_steps}: ends training after so many steps of the optimizer, though
 *     epochs are left; transformers' {@code max_steps}; none by default
 * @param batchSize {@code batch_size}: rows in a batch; transformers' {@code
 *     per_device_train_batch_size}; default 32
 * @param groupByLength {@code group_by_length}: whether rows of like length are put into one batch,
 *     as transformers' {@code group_by_length} does: the shuffled rows are sorted by length within
 *     stretches of 50 batches, or of a quarter of the epoch if that is less. Rows are never padded,
 *     so only attention gains by it; default false
 * @param optimizer {@code optimizer}: the rule of the adapters' steps
 * @param schedule {@code schedule}: how the learning rate changes over the steps
 * @param maxGradNorm {@code max_grad_norm}: the norm that the adapters' gradients are scaled down
 *     to; none by default: no scaling
 * @param baseDropout {@code base_dropout}: whether the base drops out activations in training as
 *     its config.json says; default true
 * @param seed {@code seed}: what shuffling, dropout and fresh weights are drawn from; transformers'
 *     {@code seed}; default 42, as there
 * @param startFrom {@code start_from}: the folder of an adapter, as PEFT has them, whose weights
 *     training begins with; it must be of the kind, size and place that {@code adapter} asks for.
 *     None by default: adapters begin so that they change nothing
 */
public record TrainingSpec(
    int epochs,
    Optional<Integer> maxSteps,
    int batchSize,
    boolean groupByLength,
    OptimizerSpec optimizer,
    ScheduleSpec schedule,
    Optional<ClippingSpec> maxGradNorm,
    boolean baseDropout,
    long seed,
    Optional<FileRef> startFrom) {
  static TrainingSpec read(Section training, Task task) {
    return new TrainingSpec(
        training.value("epochs", Type.whole(Range.atLeast(1)), 1),
        training.optional("max_steps", Type.whole(Range.atLeast(1))),
        training.value("batch_size", Type.whole(Range.atLeast(1)), 32),
        groupByLength(training, task),
        OptimizerSpec.read(training.section("optimizer", "name")),
        ScheduleSpec.read(training.section("schedule", "name")),
        training.optionalSection("max_grad_norm", "value").map(ClippingSpec::read),
        training.value("base_dropout", Type.flag(), true),
        training.value("seed", Type.wholeLong(Range.atLeast(0)), 42L),
        training.optional("start_from", training.files().adapter()));
  }

  private static boolean groupByLength(Section training, Task task) {
    boolean asked = training.value("group_by_length", Type.flag(), false);
    if (asked && task == Task.IMAGE_CLASSIFICATION) {
      training.problem(
          "group_by_length", "images are all of one size, so none is longer", "remove it");
    }
    return asked;
  }
}
