package io.github.cola4j.interop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.CausalModel;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.SequenceClassifier;
import io.github.cola4j.model.SequenceToSequenceModel;
import io.github.cola4j.model.Tokens;
import io.github.cola4j.spec.Task;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch as transformers takes it, with padding behind its rows, and the same packed.
 *
 * @param places the row that each row of {@link #logits} is in transformers' logits, once these are
 *     flattened to [rows * seq, width] (for classes [rows, width])
 */
record PaddedBatch(Task task, PackedBatch packed, int[] places) {

  /**
   * Reads {@code input_ids}, {@code attention_mask}, {@code token_type_ids} if there are any, and,
   * for an encoder-decoder, {@code labels}: what its decoder reads, shifted.
   */
  static PaddedBatch read(Task task, Path file) {
    try (Safetensors inputs = Safetensors.open(file)) {
      int[][] ids = rows(inputs.read("input_ids"));
      int[][] mask = rows(inputs.read("attention_mask"));
      int[][] types =
          inputs.names().contains("token_type_ids")
              ? rows(inputs.read("token_type_ids"))
              : new int[ids.length][ids[0].length];
      int[][] targets =
          task == Task.SEQUENCE_TO_SEQUENCE
              ? rows(inputs.read("labels"))
              : new int[ids.length][task == Task.CAUSAL_LM ? ids[0].length : 1];
      List<Example> examples = new ArrayList<>();
      for (int row = 0; row < ids.length; row++) {
        int length = IntStream.of(mask[row]).sum();
        int[] labels =
            switch (task) {
              case CAUSAL_LM -> Arrays.copyOf(ids[row], length);
              case SEQUENCE_TO_SEQUENCE ->
                  IntStream.of(targets[row]).filter(id -> id != Example.NO_LABEL).toArray();
              default -> new int[] {Example.NO_LABEL};
            };
        examples.add(
            new Example(
                Arrays.copyOf(ids[row], length),
                Arrays.copyOf(types[row], length),
                labels,
                0,
                row));
      }
      PackedBatch packed = PackedBatch.of(examples);
      int[] lengths = packed.labelPacking().lengths();
      int[] places =
          IntStream.range(0, packed.size())
              .flatMap(
                  i ->
                      IntStream.range(0, lengths[i])
                          .map(t -> packed.rows()[i] * targets[0].length + t))
              .toArray();
      return new PaddedBatch(task, packed, places);
    }
  }

  private static int[][] rows(HostTensor tensor) {
    long[] values = tensor.toLongs();
    int width = (int) tensor.shape().get(1);
    return IntStream.range(0, values.length / width)
        .mapToObj(
            row -> IntStream.range(0, width).map(t -> (int) values[row * width + t]).toArray())
        .toArray(int[][]::new);
  }

  /** The tokens of each row, without padding, in the order of the padded batch. */
  List<int[]> rows() {
    int[][] rows = new int[packed.size()][];
    int[] offsets = packed.packing().offsets();
    int[] lengths = packed.packing().lengths();
    for (int i = 0; i < rows.length; i++) {
      rows[packed.rows()[i]] =
          Arrays.copyOfRange(packed.ids(), offsets[i], offsets[i] + lengths[i]);
    }
    return List.of(rows);
  }

  /** The model's logits [places, width]. */
  HostTensor logits(AdaptedModel model) {
    return logits(model.model(), model.modules(), Routing.ONE, model.manager());
  }

  /** The logits [places, width] of a model whose sites hold the adapters of several users. */
  HostTensor logits(BaseModel model, AdaptedModules modules, Routing routing, NDManager manager) {
    try (Scope scope = Scope.open(manager)) {
      InferencePass pass = new InferencePass(modules, routing, scope.manager(), new HostArena());
      return HostTensor.of(logits(pass, model));
    }
  }

  private NDArray logits(ForwardPass pass, BaseModel model) {
    Tokens source = new Tokens(packed.packing(), packed.ids(), packed.types());
    int[] all = IntStream.range(0, places.length).toArray();
    return switch (task) {
      case SEQUENCE_CLASSIFICATION, SEQUENCE_REGRESSION ->
          ((SequenceClassifier) model).logits(pass, source);
      case CAUSAL_LM -> {
        CausalModel causal = (CausalModel) model;
        yield causal.vocabulary().logits(causal.hidden(pass, source, all));
      }
      case SEQUENCE_TO_SEQUENCE -> {
        SequenceToSequenceModel pairs = (SequenceToSequenceModel) model;
        yield pairs.vocabulary().logits(pairs.hidden(pass, source, shifted(pairs), all));
      }
      case IMAGE_CLASSIFICATION -> throw new IllegalArgumentException("pictures have no padding");
    };
  }

  private Tokens shifted(SequenceToSequenceModel model) {
    int[] read = new int[packed.labels().length];
    System.arraycopy(packed.labels(), 0, read, 1, read.length - 1);
    for (int first : packed.labelPacking().offsets()) {
      read[first] = model.startToken();
    }
    return new Tokens(packed.labelPacking(), read, new int[read.length]);
  }
}
