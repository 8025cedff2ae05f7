package io.github.cola4j.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.advice.NearMiss;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Weights over several safetensors files, found through {@code model.safetensors.index.json}. */
final class ShardedWeights implements Weights {
  private final Path index;
  private final Map<String, Safetensors> shardOf;

  private ShardedWeights(Path index, Map<String, Safetensors> shardOf) {
    this.index = index;
    this.shardOf = Collections.unmodifiableMap(shardOf);
  }

  static ShardedWeights open(Path index) {
    Map<String, String> fileOf = weightMap(index);
    Map<String, Safetensors> shards = new LinkedHashMap<>();
    try {
      for (Path shard : shards(index, fileOf)) {
        shards.put(shard.getFileName().toString(), Safetensors.open(shard));
      }
      return new ShardedWeights(index, shardOf(index, fileOf, shards));
    } catch (RuntimeException e) {
      shards.values().forEach(Safetensors::close);
      throw e;
    }
  }

  /** Which file holds each tensor, as the files say, if the index says the same. */
  private static Map<String, Safetensors> shardOf(
      Path index, Map<String, String> fileOf, Map<String, Safetensors> shards) {
    fileOf.forEach(
        (name, file) -> {
          if (!shards.get(file).contains(name)) {
            throw new CheckpointException(
                index,
                "says that '%s' is in %s, which does not hold it; index and files do not belong"
                        .formatted(name, file)
                    + " together, download or copy the folder again");
          }
        });
    Map<String, Safetensors> shardOf = new LinkedHashMap<>();
    for (Safetensors shard : shards.values()) {
      for (String name : shard.names()) {
        Safetensors other = shardOf.put(name, shard);
        if (other != null) {
          throw new CheckpointException(
              index,
              "its files %s and %s both hold '%s'; download or copy the folder again"
                  .formatted(other.file().getFileName(), shard.file().getFileName(), name));
        }
      }
    }
    return shardOf;
  }

  /** The files that the index names, all of them there, in the order of their names. */
  static List<Path> shards(Path index) {
    return shards(index, weightMap(index));
  }

  private static List<Path> shards(Path index, Map<String, String> fileOf) {
    List<Path> shards = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String file : new TreeSet<>(fileOf.values())) {
      Path shard = beside(index, file);
      shards.add(shard);
      if (!Files.isRegularFile(shard)) {
        missing.add(file);
      }
    }
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          index,
          "names files that are not beside it: %s; download or copy them too"
              .formatted(String.join(", ", missing)));
    }
    return shards;
  }

  private static Path beside(Path index, String file) {
    try {
      return index.resolveSibling(file);
    } catch (InvalidPathException e) { // half a character, say, or more than the locale can write
      throw new CheckpointException(
          index, "names '" + file + "', which cannot be a file's name on this machine", e);
    }
  }

  private static Map<String, String> weightMap(Path index) {
    JsonNode map = JsonFile.readObject(index, "there is no such file").get("weight_map");
    if (map == null || !map.isObject() || map.isEmpty()) {
      throw new CheckpointException(
          index, "has no weight_map from tensor to file names; download or copy it again");
    }
    Map<String, String> fileOf = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String file = entry.getValue().isTextual() ? entry.getValue().textValue() : "";
      // Files beside the index and nothing else: an index is data, and must not reach elsewhere.
      if (!file.matches("[^/\\\\:\\x00]+\\.safetensors")) {
        throw new CheckpointException(
            index,
            "weight_map names %s for '%s', where the name of a .safetensors file beside it belongs"
                .formatted(entry.getValue(), entry.getKey()));
      }
      fileOf.put(entry.getKey(), file);
    }
    return fileOf;
  }

  private Safetensors shard(String name) {
    Safetensors shard = shardOf.get(name);
    if (shard == null) {
      throw new CheckpointException(
          index, "has no tensor '" + name + "'" + NearMiss.asClause(name, names()));
    }
    return shard;
  }

  @Override
  public Set<String> names() {
    return shardOf.keySet();
  }

  @Override
  public boolean contains(String name) {
    return shardOf.containsKey(name);
  }

  @Override
  public TensorInfo info(String name) {
    return shard(name).info(name);
  }

  @Override
  public void floats(String name, long fromElement, FloatBuffer into) {
    shard(name).floats(name, fromElement, into);
  }

  @Override
  public void longs(String name, long fromElement, LongBuffer into) {
    shard(name).longs(name, fromElement, into);
  }

  @Override
  public NDArray load(NDManager manager, String name) {
    return shard(name).load(manager, name);
  }

  @Override
  public void loadInto(NDArray target, String name) {
    shard(name).loadInto(target, name);
  }

  @Override
  public HostTensor read(String name) {
    return shard(name).read(name);
  }

  @Override
  public void close() {
    shardOf.values().forEach(Safetensors::close);
  }
}
