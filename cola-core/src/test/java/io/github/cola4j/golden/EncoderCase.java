package io.github.cola4j.golden;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.EncoderClassifier;
import io.github.cola4j.tensor.Packing;
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
 * The reference values of one encoder, and its one batch packed: rows shortest first, real tokens
 * only.
 */
public final class EncoderCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  public final String name;
  public final int[] rows; // packed row -> row of the reference
  public final int seq; // padded length in the reference
  public final PackedBatch batch;
  public final float[] logits; // [rows, classes] in packed order
  public final int classes;
  public final double loss;

  private EncoderCase(String name) {
    this.name = name;
    Map<String, HostTensor> inputs = tensors("inputs.safetensors");
    long[] mask = inputs.get("attention_mask").toLongs();
    long[] ids = inputs.get("input_ids").toLongs();
    long[] types =
        inputs.containsKey("token_type_ids")
            ? inputs.get("token_type_ids").toLongs()
            : new long[ids.length];
    long[] given = inputs.get("labels").toLongs();
    seq = mask.length / given.length;
    int[] lengths =
        IntStream.range(0, given.length)
            .map(row -> (int) IntStream.range(0, seq).mapToLong(t -> mask[row * seq + t]).sum())
            .toArray();
    rows =
        IntStream.range(0, given.length)
            .boxed()
            .sorted(Comparator.comparingInt(row -> lengths[row]))
            .mapToInt(row -> row)
            .toArray();
    Packing packing = new Packing(IntStream.of(rows).map(row -> lengths[row]).toArray());
    int[] places =
        IntStream.of(rows)
            .flatMap(row -> IntStream.range(0, lengths[row]).map(t -> row * seq + t))
            .toArray();
    batch =
        PackedBatch.ofClasses(
            rows,
            packing,
            IntStream.of(places).map(p -> (int) ids[p]).toArray(),
            IntStream.of(places).map(p -> (int) types[p]).toArray(),
            IntStream.of(rows).map(row -> (int) given[row]).toArray());
    Map<String, HostTensor> forward = tensors("forward.safetensors");
    classes = (int) forward.get("logits").shape().get(1);
    logits = rowsOf(forward.get("logits").toFloats(), classes);
    loss = forward.get("loss").toFloats()[0];
  }

  /** The encoders among the reference values. */
  public static List<EncoderCase> all() {
    try (Stream<Path> folders = Files.list(Golden.folder())) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("adapters/head.init.safetensors")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .map(EncoderCase::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The reference's model; {@code weights} must stay open as long as it is used, since merging
   * reads them again.
   */
  public EncoderClassifier model(NDManager manager, Safetensors weights) {
    return EncoderClassifier.load(manager, json("checkpoint", "config.json"), weights, classes, 0);
  }

  public Safetensors weights() {
    return Safetensors.open(file("checkpoint", "model.safetensors"));
  }

  public Path file(String first, String... more) {
    return Golden.file(name).resolve(Path.of(first, more));
  }

  public JsonNode json(String first, String... more) {
    try {
      return JSON.readTree(file(first, more).toFile());
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

  /** Rows [rows, width] of the reference, in packed order. */
  public float[] rowsOf(float[] reference, int width) {
    return gather(reference, width, rows);
  }

  /** The real tokens of a reference [rows, seq, width], in packed order. */
  public float[] tokensOf(float[] reference, int width) {
    return gather(reference, width, places(false));
  }

  /** The first token of each row of a reference [rows, seq, width], in packed order. */
  public float[] firstTokensOf(float[] reference, int width) {
    return gather(reference, width, places(true));
  }

  /** All places of a reference [rows, seq, width] but the given packed ones. */
  public float[] remainderOf(float[] reference, int width, boolean firstOnly) {
    boolean[] taken = new boolean[rows.length * seq];
    for (int place : places(firstOnly)) {
      taken[place] = true;
    }
    return gather(
        reference, width, IntStream.range(0, taken.length).filter(p -> !taken[p]).toArray());
  }

  private int[] places(boolean firstOnly) {
    int[] lengths = batch.packing().lengths();
    return IntStream.range(0, rows.length)
        .flatMap(r -> IntStream.range(0, firstOnly ? 1 : lengths[r]).map(t -> rows[r] * seq + t))
        .toArray();
  }

  private static float[] gather(float[] values, int width, int[] places) {
    float[] gathered = new float[places.length * width];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(values, places[i] * width, gathered, i * width, width);
    }
    return gathered;
  }

  @Override
  public String toString() {
    return name;
  }
}
