package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PendingTensor;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.tensor.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A Hugging Face folder with random weights, of a size that matters and a content that does not.
 *
 * @param parameters how many numbers it holds
 * @param files the weights' files, in the order of their names
 */
record RandomBase(long parameters, List<Path> files) {
  /** All weights in one file, however large. */
  static final long ONE_FILE = Long.MAX_VALUE;

  private static final double DEVIATION = 0.02;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes {@code config.json} and the weights, one tensor in memory at a time. The same arguments
   * give the same bytes; how the tensors are spread over files changes none of them.
   *
   * @param folder exists, and is empty
   * @param config what {@code config.json} shall say
   * @param type F32 or BF16
   * @param shardBytes no file gets more tensors once it has so many bytes; {@link #ONE_FILE} for
   *     {@code model.safetensors} alone
   */
  static RandomBase write(
      Path folder, ObjectNode config, ElementType type, long seed, long shardBytes) {
    if (type != ElementType.F32 && type != ElementType.BF16) {
      throw new IllegalArgumentException("random weights are F32 or BF16, not " + type);
    }
    Map<String, ModelTensor> tensors = ModelTensors.of(config);
    List<Map<String, ModelTensor>> shards = shards(tensors, type, shardBytes);
    ByteBuffer memory = memory(tensors, type);
    List<Path> files = new ArrayList<>();
    ObjectNode index = JSON.createObjectNode();
    long parameters = tensors.values().stream().mapToLong(t -> t.shape().size()).sum();
    index.putObject("metadata").put("total_size", parameters * type.bytes());
    ObjectNode fileOf = index.putObject("weight_map");
    try {
      JSON.writeValue(folder.resolve("config.json").toFile(), config);
      for (int i = 0; i < shards.size(); i++) {
        String name =
            shards.size() == 1
                ? "model.safetensors"
                : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
        shards.get(i).keySet().forEach(tensor -> fileOf.put(tensor, name));
        files.add(folder.resolve(name));
        SafetensorsWriter.writePending(
            folder.resolve(name), pending(shards.get(i), type, seed, memory), Map.of());
      }
      if (shards.size() > 1) {
        JSON.writeValue(folder.resolve("model.safetensors.index.json").toFile(), index);
      }
    } catch (IOException e) {
      throw new BenchException("the random base cannot be written: " + e.getMessage(), e);
    }
    return new RandomBase(parameters, List.copyOf(files));
  }

  /** How many bytes the files take. */
  long bytes() {
    return files.stream().mapToLong(RandomBase::size).sum();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new BenchException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Map<String, ModelTensor>> shards(
      Map<String, ModelTensor> tensors, ElementType type, long shardBytes) {
    List<Map<String, ModelTensor>> shards = new ArrayList<>();
    long filled = shardBytes;
    for (Map.Entry<String, ModelTensor> tensor : tensors.entrySet()) {
      if (filled >= shardBytes) {
        shards.add(new LinkedHashMap<>());
        filled = 0;
      }
      shards.get(shards.size() - 1).put(tensor.getKey(), tensor.getValue());
      filled += tensor.getValue().shape().size() * type.bytes();
    }
    return shards;
  }

  /** Room for the largest tensor; each in its turn is written from there. */
  private static ByteBuffer memory(Map<String, ModelTensor> tensors, ElementType type) {
    long most = tensors.values().stream().mapToLong(t -> t.shape().size()).max().orElseThrow();
    return ByteBuffer.allocateDirect(Math.toIntExact(most * type.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Map<String, PendingTensor> pending(
      Map<String, ModelTensor> shard, ElementType type, long seed, ByteBuffer memory) {
    Map<String, PendingTensor> pending = new LinkedHashMap<>();
    shard.forEach(
        (name, tensor) ->
            pending.put(
                name,
                new PendingTensor(
                    type, tensor.shape(), () -> made(name, tensor, type, seed, memory))));
    return pending;
  }

  private static HostTensor made(
      String name, ModelTensor tensor, ElementType type, long seed, ByteBuffer memory) {
    memory.clear();
    SplittableRandom random = new SplittableRandom(SeededRandom.mix(seed, name));
    long size = tensor.shape().size();
    for (long i = 0; i < size; i++) {
      float value =
          switch (tensor.fill()) {
            case NORMAL -> (float) (random.nextGaussian() * DEVIATION);
            case ONES -> 1;
            case ZEROS -> 0;
          };
      if (type == ElementType.F32) {
        memory.putFloat(value);
      } else { // cut off, not rounded: as random as before
        memory.putShort((short) (Float.floatToRawIntBits(value) >>> Short.SIZE));
      }
    }
    return new HostTensor(type, tensor.shape(), memory.flip());
  }
}
