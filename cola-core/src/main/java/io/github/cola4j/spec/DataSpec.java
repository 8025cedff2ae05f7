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
 * @param labels {@code labels}: the names of the classes in the order of their numbers (the {@code
 *     id2label} of transformers); empty by default: taken from the data or the base
 * @param maxLength {@code max_length}: texts are cut to so many tokens, special ones included;
 *     transformers' {@code max_length}; default 128
 */
public record DataSpec(
    SplitSpec train, Optional<SplitSpec> validation, List<String> labels, int maxLength) {
  static DataSpec read(Section data) {
    SplitSpec train = SplitSpec.read(data.section("train", "file"));
    return new DataSpec(
        train,
        data.optionalSection("validation", "file").map(section -> SplitSpec.read(section, train)),
        data.optional("labels", names()).orElse(List.of()),
        data.value("max_length", Type.whole(Range.atLeast(1)), 128));
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
