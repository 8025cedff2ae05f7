package io.github.cola4j.spec;

/**
 * The section {@code checkpoint}: when the state of training is saved, to go on from after a stop.
 *
 * @param every {@code every}: {@code epoch} (the default), {@code never}, or a number of steps;
 *     transformers' {@code save_strategy} and {@code save_steps}
 * @param keep {@code keep}: how many of them are kept, the last ones; transformers' {@code
 *     save_total_limit}; default 2
 */
public record CheckpointSpec(Every every, int keep) {
  static CheckpointSpec read(Section checkpoint) {
    return new CheckpointSpec(
        checkpoint.value("every", Every.OR_NEVER, new Every.Epoch()),
        checkpoint.value("keep", Type.whole(Range.atLeast(1)), 2));
  }
}
