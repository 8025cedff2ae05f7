package io.github.cola4j.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.Linear;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.WeightType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The reference values of one architecture, and its one batch packed: rows shortest first, real
 * tokens only.
 */
public abstract class GoldenCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  public final String name;
  public final Task task;
  public final Places tokens; // of the input
  public final PackedBatch batch;
  public final double loss;

  /** Where a batch's real tokens lie in a reference [rows, seq, …]. */
  public static final class Places {
    public final int[] rows; // packed row -> row of the reference
    public final int seq; // padded length in the reference
    final Packing packing;

    /**
     * @param real [rows * seq]: whether a token is none of the padding, which stands behind
     */
    Places(boolean[] real, int seq, int[] order) {
      this.seq = seq;
      this.rows = order;
      this.packing = new Packing(IntStream.of(order).map(row -> length(real, seq, row)).toArray());
    }

    static int length(boolean[] real, int seq, int row) {
      return (int) IntStream.range(row * seq, (row + 1) * seq).filter(i -> real[i]).count();
    }

    int[] all() {
      int[] lengths = packing.lengths();
      return IntStream.range(0, rows.length)
          .flatMap(r -> IntStream.range(0, lengths[r]).map(t -> rows[r] * seq + t))
          .toArray();
    }

    int[] firsts() {
      return IntStream.of(rows).map(row -> row * seq).toArray();
    }

    int[] others(int[] places) {
      boolean[] taken = new boolean[rows.length * seq];
      for (int place : places) {
        taken[place] = true;
      }
      return IntStream.range(0, taken.length).filter(p -> !taken[p]).toArray();
    }
  }

  GoldenCase(String name, Task task) {
    this.name = name;
    this.task = task;
    Map<String, HostTensor> inputs = tensors("inputs.safetensors");
    HostTensor mask = inputs.get("attention_mask");
    int count = (int) mask.shape().get(0);
    int seq = (int) mask.shape().get(1);
    boolean[] real = flags(mask.toLongs(), 0);
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingInt(row -> Places.length(real, seq, row)))
            .mapToInt(row -> row)
            .toArray();
    tokens = new Places(real, seq, order);
    long[] ids = inputs.get("input_ids").toLongs();
    long[] types =
        inputs.containsKey("token_type_ids")
            ? inputs.get("token_type_ids").toLongs()
            : new long[ids.length];
    Labels labels = labels(inputs.get("labels"));
    batch =
        new PackedBatch(
            order,
            tokens.packing,
            pick(ids, tokens.all()),
            pick(types, tokens.all()),
            labels.packing,
            labels.values,
            new float[count]);
    loss = tensors("forward.safetensors").get("loss").toFloats()[0];
  }

  /** The labels of the packed batch. */
  record Labels(Packing packing, int[] values) {}

  /** Packs the reference's labels; called before the case's own fields are set. */
  abstract Labels labels(HostTensor reference);

  /** All that are there. */
  public static List<GoldenCase> all() {
    try (Stream<Path> folders = Files.list(Golden.folder())) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("inputs.safetensors")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .map(GoldenCase::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GoldenCase of(String name) {
    String architecture =
        read(Golden.file(name, "checkpoint", "config.json")).path("architectures").path(0).asText();
    if (architecture.endsWith("ForSequenceClassification")) {
      return new EncoderCase(name);
    }
    if (architecture.endsWith("ForConditionalGeneration")) {
      return new SequenceToSequenceCase(name);
    }
    return new CausalCase(name);
  }

  /**
   * The reference's model; {@code weights} must stay open as long as it is used, since merging
   * reads them again.
   */
  public abstract BaseModel model(NDManager manager, Weights weights);

  /** The same held in another type. */
  public abstract BaseModel model(NDManager manager, Weights weights, WeightType held);

  /** What the reference trained it for. */
  public abstract Objective<PackedBatch> objective(NDManager manager, BaseModel model);

  /** The number of classes; 0 for a language model. */
  public int classes() {
    return 0;
  }

  /** All logits that the reference compares, in packed order. */
  public abstract NDArray logits(ForwardPass pass, BaseModel model);

  /** The same values of a file's {@code logits}. */
  public abstract float[] logits(HostTensor reference);

  /** Where the values of a site lie in the reference [rows, seq, width] or [rows, width]. */
  public abstract SitePlaces places(String site, HostTensor reference, NDArray actual);

  /**
   * @param computed the places that are computed here, in packed order
   * @param others those at which the reference's hidden gradient must be zero
   */
  public record SitePlaces(int[] computed, int[] others) {}

  public Weights weights() {
    return Safetensors.open(file("checkpoint", "model.safetensors"));
  }

  public JsonNode config() {
    return json("checkpoint", "config.json");
  }

  public Path file(String first, String... more) {
    return Golden.file(name).resolve(Path.of(first, more));
  }

  public JsonNode json(String first, String... more) {
    return read(file(first, more));
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Map<String, HostTensor> tensors(String first, String... more) {
    try (Safetensors file = Safetensors.open(file(first, more))) {
      Map<String, HostTensor> tensors = new LinkedHashMap<>();
      file.names().forEach(tensor -> tensors.put(tensor, file.read(tensor)));
      return tensors;
    }
  }

  /** Values [places, width] of a reference at some places. */
  public static float[] gather(HostTensor reference, int[] places) {
    float[] values = reference.toFloats();
    int width = (int) reference.shape().get(reference.shape().dimension() - 1);
    float[] gathered = new float[places.length * width];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(values, places[i] * width, gathered, i * width, width);
    }
    return gathered;
  }

  static int[] pick(long[] values, int[] places) {
    return IntStream.of(places).map(place -> (int) values[place]).toArray();
  }

  static boolean[] flags(long[] values, long off) {
    boolean[] flags = new boolean[values.length];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = values[i] != off;
    }
    return flags;
  }

  @Override
  public String toString() {
    return name;
  }

  /** All linear modules of a model by their paths, lowest first. */
  public static Map<String, Linear> linears(BaseModel model) {
    Map<String, Linear> modules = new LinkedHashMap<>();
    model
        .groups()
        .forEach(group -> group.members().forEach(module -> modules.put(module.name(), module)));
    return modules;
  }
}
