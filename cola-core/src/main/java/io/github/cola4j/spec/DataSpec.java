package io.github.cola4j.spec;

import java.util.List;
import java.util.Optional;

/**
 * The section {@code data}: what is learned from.
 *
 * @param train {@code train}: the rows to learn from
 * @param validation {@code validation}: the rows that the model is measured on; none by default,
 *     and then nothing is evaluated. Its columns, and how its file is written, are those of {@code
 *     train} unless it says otherwise; its limit is its own
 * @param labels {@code labels}, for {@code sequence-classification}: the names of the classes in
 *     the order of their numbers (the {@code id2label} of transformers); empty by default: taken
 *     from the data or the base
 * @param maxLength {@code max_length}: rows are cut to so many tokens, special ones included, and
 *     plain text is cut into blocks of so many; transformers' {@code max_length}; default 128
 * @param maxTargetLength {@code max_target_length}: the same for targets; there if, and only if,
 *     the task is {@code sequence-to-sequence}; transformers' {@code max_target_length}; default
 *     128
 */
public record DataSpec(
    SplitSpec train,
    Optional<SplitSpec> validation,
    List<String> labels,
    int maxLength,
    Optional<Integer> maxTargetLength) {
  private static final int LENGTH = 128;

  static DataSpec read(Section data, Task task) {
    SplitSpec train = SplitSpec.read(data.section("train", "file"), task);
    return new DataSpec(
        train,
        data.optionalSection("validation", "file")
            .map(section -> SplitSpec.read(section, task, train)),
        task == Task.SEQUENCE_CLASSIFICATION
            ? data.optional("labels", names()).orElse(List.of())
            : List.of(),
        data.value("max_length", Type.whole(Range.atLeast(task == Task.CAUSAL_LM ? 2 : 1)), LENGTH),
        task == Task.SEQUENCE_TO_SEQUENCE
            ? Optional.of(data.value("max_target_length", Type.whole(Range.atLeast(1)), LENGTH))
            : Optional.empty());
  }

  private static Type<List<String>> names() {
    Type<List<String>> list = Type.list(Type.name());
    return new Type<>(
        node -> {
          List<String> labels = list.reader().read(node);
          if (labels.size() < 2) {
            throw new Unfit("found one label", "name at least two, in the order of their numbers");
          }
          return labels;
        },
        list.writer());
  }
}
