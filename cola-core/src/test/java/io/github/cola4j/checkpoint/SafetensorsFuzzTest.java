package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.cola4j.fuzz.Bench;
import io.github.cola4j.fuzz.ByteEdits;
import io.github.cola4j.fuzz.Edit;
import io.github.cola4j.fuzz.FuzzRun;
import io.github.cola4j.fuzz.JsonEdits;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever stands in a safetensors file, or in several with an index, either it is refused as
 * damaged or every tensor that it lists can be read, and holds the bytes that the file gives it.
 */
@AddLifecycleHook(FuzzRun.class)
class SafetensorsFuzzTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static final List<JsonNode> HEADERS =
      List.of(
          json(
              """
              {"__metadata__": {"format": "pt"},
               "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
               "b": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [8, 16]}}"""),
          json(
              """
              {"i64": {"dtype": "I64", "shape": [], "data_offsets": [0, 8]},
               "f64": {"dtype": "F64", "shape": [1, 1], "data_offsets": [8, 16]},
               "i32": {"dtype": "I32", "shape": [1], "data_offsets": [16, 20]},
               "f16": {"dtype": "F16", "shape": [2, 1], "data_offsets": [20, 24]},
               "i16": {"dtype": "I16", "shape": [1], "data_offsets": [24, 26]},
               "none": {"dtype": "F32", "shape": [3, 0], "data_offsets": [26, 26]},
               "none too": {"dtype": "U8", "shape": [0], "data_offsets": [26, 26]},
               "i8": {"dtype": "I8", "shape": [3], "data_offsets": [26, 29]},
               "u8": {"dtype": "U8", "shape": [1, 1, 1, 1], "data_offsets": [29, 30]},
               "bool": {"dtype": "BOOL", "shape": [2], "data_offsets": [30, 32]}}"""),
          json("{\"f8\": {\"dtype\": \"F8_E4M3\", \"shape\": [4], \"data_offsets\": [0, 4]}}"),
          json("{}"));

  private static final int[] DATA = {16, 32, 4, 0};

  private static final JsonNode INDEX =
      json(
          """
          {"metadata": {"total_size": 48},
           "weight_map": {
             "a": "model-00001-of-00002.safetensors", "b": "model-00001-of-00002.safetensors",
             "i64": "model-00002-of-00002.safetensors", "f64": "model-00002-of-00002.safetensors",
             "none": "model-00002-of-00002.safetensors"}}""");

  private static final JsonEdits EDITS =
      new JsonEdits(
          List.of(
              "\"F32\"",
              "\"BF16\"",
              "\"F8_E5M2\"",
              "\"f32\"",
              "\"BOOL\"",
              "\"I64\"",
              "[0,8]",
              "[8,0]",
              "[4,12]",
              "[8,16]",
              "[-8,0]",
              "[16,16]",
              "[0,9223372036854775807]",
              "[9223372036854775800,9223372036854775807]",
              "[4294967296,4294967296]",
              "[0,9223372036854775807,9223372036854775807]",
              "[1,1,1,1,1,1,1,1,2]",
              "[" + "1,".repeat(300) + "2]",
              "[2.0]",
              "[1e0]",
              "{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}",
              "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}",
              "{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[16,24]}",
              "\"model-00001-of-00002.safetensors\"",
              "\"model-00002-of-00002.safetensors\"",
              "\"model-00003-of-00002.safetensors\"",
              "\"./model-00001-of-00002.safetensors\"",
              "\"..\"",
              "\"folder.safetensors\"",
              "\"\\u0000.safetensors\"",
              "\"\\ud800.safetensors\"",
              "\"" + "x".repeat(300) + ".safetensors\"",
              "{\"a\":\"model-00001-of-00002.safetensors\"}"));

  private static Bench single;
  private static Bench sharded;
  private static NDManager manager;

  /**
   * One file.
   *
   * @param sound which header it begins as
   * @param header what happens to that
   * @param length added to the length that stands before the header, unless there are bytes of it
   * @param data added to the number of data bytes
   * @param bytes what happens to the whole
   */
  record Input(int sound, List<Edit> header, long length, int data, List<Edit> bytes) {
    byte[] content() {
      byte[] text = EDITS.apply(HEADERS.get(sound), header).getBytes(StandardCharsets.UTF_8);
      byte[] values = new byte[Math.max(0, DATA[sound] + data)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (byte) (i * 37);
      }
      byte[] file = SafetensorsFiles.bytes(text, values);
      ByteBuffer prefix = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      prefix.putLong(0, prefix.getLong(0) + length);
      return ByteEdits.apply(file, bytes);
    }
  }

  @BeforeContainer
  static void open() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
    single = new Bench("safetensors");
    sharded = new Bench("safetensors-sharded");
  }

  @AfterContainer
  static void close() {
    manager.close();
    single.close();
    sharded.close();
  }

  @Provide
  Arbitrary<Input> inputs() {
    return Combinators.combine(
            Arbitraries.integers().between(0, HEADERS.size() - 1),
            Edit.upTo(3),
            seldom(0L, Arbitraries.longs().between(-20, 20), Arbitraries.longs()),
            seldom(
                0, Arbitraries.integers().between(-20, 20), Arbitraries.integers().between(0, 99)),
            Edit.seldom(3))
        .as(Input::new);
  }

  @Provide
  Arbitrary<byte[]> anything() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
  }

  private static <T extends Number> Arbitrary<T> seldom(
      T none, Arbitrary<T> near, Arbitrary<T> far) {
    return Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.just(none)), Tuple.of(2, near), Tuple.of(1, far));
  }

  @Property
  void aDamagedFileIsReadOrRefused(@ForAll("inputs") Input input) throws Exception {
    Path file = single.write("model.safetensors", input.content());
    single.attempt(() -> isReadable(file));
  }

  @Property
  void bytesOfNoKindAreReadOrRefused(@ForAll("anything") byte[] bytes) throws Exception {
    Path file = single.write("model.safetensors", bytes);
    single.attempt(() -> isReadable(file));
  }

  @Property
  void damagedShardsAreReadOrRefused(
      @ForAll("indexes") List<Edit> index,
      @ForAll("indexBytes") List<Edit> indexBytes,
      @ForAll("shards") List<Edit> first,
      @ForAll("shards") List<Edit> second)
      throws Exception {
    byte[] text = EDITS.apply(INDEX, index).getBytes(StandardCharsets.UTF_8);
    Path at = sharded.write("model.safetensors.index.json", ByteEdits.apply(text, indexBytes));
    sharded.write(
        "model-00001-of-00002.safetensors", new Input(0, first, 0, 0, List.of()).content());
    sharded.write(
        "model-00002-of-00002.safetensors", new Input(1, second, 0, 0, List.of()).content());
    Files.createDirectory(sharded.folder().resolve("folder.safetensors"));
    sharded.attempt(
        () -> {
          try (Weights weights = ShardedWeights.open(at)) {
            readAll(weights);
            return true;
          } catch (CheckpointException e) {
            assertTrue(e.file().startsWith(sharded.folder()), e.getMessage());
            return false;
          }
        });
  }

  @Provide
  Arbitrary<List<Edit>> indexes() {
    return Edit.upTo(2);
  }

  @Provide
  Arbitrary<List<Edit>> indexBytes() {
    return Edit.seldom(1);
  }

  @Provide
  Arbitrary<List<Edit>> shards() {
    return Edit.seldom(2);
  }

  private static boolean isReadable(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Safetensors opened;
    try {
      opened = Safetensors.open(file);
    } catch (CheckpointException e) {
      assertEquals(file, e.file());
      return false;
    }
    try (opened) {
      readAll(opened);
      int start = 8 + (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong();
      Set<Long> covered = new HashSet<>();
      for (String name : opened.names()) {
        TensorInfo info = opened.info(name);
        for (long at = info.begin(); at < info.end(); at++) {
          assertTrue(covered.add(at), "byte " + at + " belongs to two tensors");
        }
        if (info.type().isPresent()) {
          byte[] read = new byte[(int) (info.end() - info.begin())];
          opened.read(name).bytes().get(read);
          assertArrayEquals(
              Arrays.copyOfRange(content, start + (int) info.begin(), start + (int) info.end()),
              read,
              name);
        }
      }
      assertEquals(content.length - start, covered.size(), "every byte belongs to a tensor");
    }
    String name = opened.names().stream().findFirst().orElse(null);
    if (name != null && opened.info(name).type().isPresent() && opened.info(name).elements() > 0) {
      assertThrows(IllegalStateException.class, () -> opened.read(name), "it is closed");
    }
    return true;
  }

  /** Every tensor in every way there is; one of an unknown type is refused in each. */
  private static void readAll(Weights weights) {
    for (String name : weights.names()) {
      TensorInfo info = weights.info(name);
      assertEquals(name, info.name());
      assertTrue(weights.contains(name));
      if (info.type().isEmpty()) {
        assertThrows(CheckpointException.class, () -> weights.read(name));
        assertThrows(CheckpointException.class, () -> weights.load(manager, name));
        continue;
      }
      int elements = (int) info.elements();
      HostTensor read = weights.read(name);
      assertEquals(info.shape(), read.shape());
      if (read.type().isFloating()) {
        FloatBuffer values = FloatBuffer.allocate(elements);
        weights.floats(name, 0, values);
        assertArrayEquals(read.toFloats(), values.array());
      } else {
        LongBuffer values = LongBuffer.allocate(elements);
        weights.longs(name, 0, values);
        assertArrayEquals(read.toLongs(), values.array());
      }
      try (NDArray loaded = weights.load(manager, name)) {
        assertEquals(info.shape(), loaded.getShape());
      }
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
