package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Items;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code data}: what is learned from.
 *
 * @param train {@code train}: the rows to learn from. Its file is left out where each user has one
 *     of their own; the rest says then how those are written
 * @param validation {@code validation}: the rows that the model is measured on; none by default,
 *     and then nothing is evaluated. Its columns, and how its file is written, are those of {@code
 *     train} unless it says otherwise; its limit is its own
 * @param labels {@code labels}, for {@code sequence-classification} and {@code
 *     image-classification}: the names of the classes in the order of their numbers (the {@code
 *     id2label} of transformers); empty by default: taken from the data or the base
 * @param maxLength {@code max_length}: rows are cut to so many tokens, special ones included, and
 *     plain text is cut into blocks of so many; transformers' {@code max_length}; default 128, and
 *     0 for pictures, which have no such key
 * @param maxTargetLength {@code max_target_length}: the same for targets; there if, and only if,
 *     the task is {@code sequence-to-sequence}; transformers' {@code max_target_length}; default
 *     128
 * @param imageSize {@code image_size}, for {@code image-classification}: pictures are brought to
 *     this size; transformers' {@code size} of an image processor. Empty by default: the size that
 *     the pictures have
 * @param imageChannels {@code image_channels}, for {@code image-classification}: 1 for shades of
 *     grey or 3 for colours, into which pictures are turned; transformers' {@code num_channels}.
 *     Empty by default: what the pictures have
 */
public record DataSpec(
    SplitSpec train,
    Optional<SplitSpec> validation,
    List<String> labels,
    int maxLength,
    Optional<Integer> maxTargetLength,
    Optional<ImageSize> imageSize,
    Optional<Integer> imageChannels) {
  private static final int LENGTH = 128;

  /** The size of a picture in pixels; {@code [height, width]}, each at least 1. */
  public record ImageSize(int height, int width) {
    private static final Type<List<Integer>> NUMBERS = Type.sequence(Type.whole(Range.atLeast(1)));

    private static final Type<ImageSize> TYPE =
        new Type<>(
            node -> {
              List<Integer> sizes = node instanceof Items ? NUMBERS.reader().read(node) : List.of();
              if (sizes.size() != 2) {
                throw Unfit.expected("a list of height and width: [28, 28]", node);
              }
              return new ImageSize(sizes.get(0), sizes.get(1));
            },
            size -> NUMBERS.writer().apply(List.of(size.height, size.width)),
            Form.list(Form.whole(Range.atLeast(1)), 2, Optional.of(2)));
  }

  /**
   * @param users whether there are users, who may have files of their own
   */
  static DataSpec read(Section data, Task task, boolean users) {
    Section trainKeys = data.section("train", "file");
    SplitSpec train =
        users ? SplitSpec.readWithOrWithoutFile(trainKeys, task) : SplitSpec.read(trainKeys, task);
    boolean pictures = task == Task.IMAGE_CLASSIFICATION;
    return new DataSpec(
        train,
        data.optionalSection("validation", "file")
            .map(section -> SplitSpec.read(section, task, train)),
        task.classifies() ? data.optional("labels", names()).orElse(List.of()) : List.of(),
        pictures
            ? 0
            : data.value(
                "max_length", Type.whole(Range.atLeast(task == Task.CAUSAL_LM ? 2 : 1)), LENGTH),
        task == Task.SEQUENCE_TO_SEQUENCE
            ? Optional.of(data.value("max_target_length", Type.whole(Range.atLeast(1)), LENGTH))
            : Optional.empty(),
        pictures ? data.optional("image_size", ImageSize.TYPE) : Optional.empty(),
        pictures ? data.optional("image_channels", channels()) : Optional.empty());
  }

  private static Type<Integer> channels() {
    Type<Integer> whole = Type.whole(Range.atLeast(1));
    return new Type<>(
        node -> {
          if (Type.decimal(node).filter(n -> n.intValue() == 1 || n.intValue() == 3).isEmpty()) {
            throw Unfit.expected("1 for shades of grey, or 3 for colours", node);
          }
          return whole.reader().read(node);
        },
        whole.writer(),
        Form.choice(List.of(1, 3)));
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
        list.writer(),
        Form.list(Form.scalar(), 2, Optional.empty()));
  }
}
