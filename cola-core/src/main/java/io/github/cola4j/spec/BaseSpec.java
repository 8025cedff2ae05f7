package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Scalar;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The key {@code base}: the frozen model. The task decides which of the two forms it has. */
public sealed interface BaseSpec {
  /** What a report calls it. */
  String asWritten();

  /**
   * A folder, for every task but {@code image-classification}; PEFT's {@code
   * base_model_name_or_path}.
   *
   * @param folder {@code base}: a model in Hugging Face's layout
   */
  record Stored(FileRef folder) implements BaseSpec {
    @Override
    public String asWritten() {
      return folder.asWritten();
    }
  }

  /**
   * A model of the paper's with random weights, for {@code image-classification}; the section is
   * {@code base: {architecture: cnn, hidden_sizes: [64, 128, 256, 512]}}, or {@code base: cnn} for
   * the usual sizes.
   *
   * @param architecture {@code architecture}: {@code linear}, {@code mlp} or {@code cnn}; required
   * @param hiddenSizes {@code hidden_sizes}: the units of each hidden layer of an {@code mlp}, or
   *     the channels of each convolution of a {@code cnn}; by default those of the paper's code,
   *     [128, 256] and [64, 128, 256, 512]. Empty for {@code linear}, which has no hidden layer
   */
  record Fresh(Architecture architecture, List<Integer> hiddenSizes) implements BaseSpec {
    @Override
    public String asWritten() {
      return hiddenSizes.isEmpty()
          ? Type.word(architecture)
          : Type.word(architecture) + " " + hiddenSizes;
    }
  }

  /** The models that are trained from their random start. */
  enum Architecture {
    /** One linear layer. */
    LINEAR(List.of()),
    /** Linear layers. */
    MLP(List.of(128, 256)),
    /** Convolutions, and a linear layer. */
    CNN(List.of(64, 128, 256, 512));

    private final List<Integer> usualSizes;

    Architecture(List<Integer> usualSizes) {
      this.usualSizes = usualSizes;
    }

    private static boolean isOne(Node node) {
      return node instanceof Scalar scalar
          && Arrays.stream(values()).anyMatch(one -> Type.word(one).equals(scalar.text()));
    }
  }

  /** Reads the key of the spec; null if it is wrong. */
  static BaseSpec read(Section root, Task task) {
    Optional<Node> given = root.value("base");
    boolean fresh = given.filter(n -> n instanceof Mapping || Architecture.isOne(n)).isPresent();
    if (root.undecided() && fresh) {
      root.reserve("base");
      return null;
    }
    return task == Task.IMAGE_CLASSIFICATION ? fresh(root, given) : stored(root);
  }

  private static Stored stored(Section root) {
    FileRef folder =
        root.required(
            "base",
            storedFolder(root.files().model()),
            "the folder of the model: config.json, model.safetensors, tokenizer.json");
    return folder == null ? null : new Stored(folder);
  }

  private static Type<FileRef> storedFolder(Type<FileRef> type) {
    return new Type<>(
        node -> {
          if (node instanceof Mapping) {
            throw new Unfit(
                "models with random weights are for task: image-classification",
                "write the folder of a model, or that task");
          }
          try {
            return type.reader().read(node);
          } catch (Unfit e) {
            throw Architecture.isOne(node)
                ? new Unfit(
                    node.shown() + " is a model for task: image-classification",
                    "write the folder of a model, or that task")
                : e;
          }
        },
        type.writer());
  }

  private static Fresh fresh(Section root, Optional<Node> given) {
    if (given.isEmpty()) {
      root.problem("base", "missing", "write the model: linear, mlp or cnn");
      return null;
    }
    if (isFolder(root.files().model(), given.get())) {
      root.reserve("base");
      root.problem(
          "base",
          "the model in " + given.get().shown() + " does not learn images",
          "write a model to train from its random start: linear, mlp or cnn");
      return null;
    }
    Section base = root.section("base", "architecture");
    Architecture architecture =
        base.requiredVariant(
            "architecture",
            Type.choice(Architecture.class),
            Architecture.MLP,
            "linear, mlp or cnn");
    return new Fresh(
        architecture,
        architecture == Architecture.LINEAR
            ? List.of()
            : base.value(
                "hidden_sizes",
                Type.sequence(Type.whole(Range.atLeast(1))),
                architecture.usualSizes));
  }

  private static boolean isFolder(Type<FileRef> type, Node node) {
    try {
      return node instanceof Scalar && type.reader().read(node) != null;
    } catch (Unfetched e) {
      return true;
    } catch (Unfit e) {
      return false;
    }
  }
}
