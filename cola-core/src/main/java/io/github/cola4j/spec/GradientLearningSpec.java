package io.github.cola4j.spec;

/**
 * The section {@code gradient_learning}: how adapters are fitted to hidden gradients.
 *
 * @param merged {@code merged}: whether the adapters are added to the base's weights during
 *     training, so that the server pass costs what the bare base costs; default false
 * @param interval {@code interval}: the adaptation data of so many batches is gathered for one fit;
 *     the gradients are divided by the loss items of the whole interval, so this is what
 *     transformers calls {@code gradient_accumulation_steps}; default 1
 */
public record GradientLearningSpec(boolean merged, int interval) {
  static GradientLearningSpec read(Section section) {
    return new GradientLearningSpec(
        section.value("merged", Type.flag(), false),
        section.value("interval", Type.whole(Range.atLeast(1)), 1));
  }
}
