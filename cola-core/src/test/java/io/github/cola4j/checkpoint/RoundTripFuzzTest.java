package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.types.Shape;
import io.github.cola4j.fuzz.Bench;
import io.github.cola4j.fuzz.FuzzRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** What is written is read back equal, whatever the names, types and shapes. */
@AddLifecycleHook(FuzzRun.class)
class RoundTripFuzzTest {

  /** Any characters but halves of them, which no file can hold. */
  @Provide
  Arbitrary<String> names() {
    return Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(12),
            Arbitraries.of("", " ", ".", "..", "a/b", "\"", "\\", "\n", "\u0000", "é", "😀", "%s"),
            Arbitraries.strings().alpha().ofMaxLength(8))
        .map(text -> text.replaceAll("[\\ud800-\\udfff]", "😀"));
  }

  @Provide
  Arbitrary<HostTensor> tensors() {
    return Combinators.combine(
            Arbitraries.of(ElementType.class),
            Arbitraries.longs().between(0, 4).list().ofMaxSize(5),
            Arbitraries.longs())
        .as(RoundTripFuzzTest::tensor);
  }

  @Provide
  Arbitrary<Map<String, HostTensor>> files() {
    return Arbitraries.maps(
            names().filter(name -> !name.equals(SafetensorsHeader.METADATA)), tensors())
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<Map<String, String>> texts() {
    return Arbitraries.maps(names(), names()).ofMaxSize(3);
  }

  @Property
  void tensorsAreReadAsTheyWereWritten(
      @ForAll("files") Map<String, HostTensor> tensors,
      @ForAll("texts") Map<String, String> metadata)
      throws IOException {
    byte[] bytes = written(tensors, metadata);
    Path file = Bench.folderOf("safetensors-written").resolve("model.safetensors");
    Files.write(file, bytes);
    Map<String, HostTensor> read = new TreeMap<>();
    try (Safetensors opened = Safetensors.open(file)) {
      for (String name : opened.names()) {
        read.put(name, opened.read(name));
      }
      assertEquals(new TreeMap<>(tensors), read);
      assertEquals(metadata, opened.metadata());
    }
    assertArrayEquals(bytes, written(read, metadata), "the same tensors, the same bytes");
  }

  @Provide
  Arbitrary<PeftAdapter> adapters() {
    Arbitrary<String> paths =
        Arbitraries.strings()
            .alpha()
            .ofMinLength(1)
            .ofMaxLength(6)
            .list()
            .ofMinSize(1)
            .ofMaxSize(3)
            .map(parts -> String.join(".", parts));
    return Combinators.combine(
            paths.set().ofMinSize(1).ofMaxSize(3),
            names(),
            Arbitraries.integers().between(1, 5),
            Arbitraries.doubles().between(-1e9, 1e9),
            Arbitraries.of(true, false),
            Arbitraries.longs())
        .as(RoundTripFuzzTest::adapter);
  }

  /** Each is forced to the disk several times over, so they are few. */
  @Property(tries = 100)
  void adaptersAreReadAsTheyWereWritten(@ForAll("adapters") PeftAdapter adapter) {
    Path folder = Bench.folderOf("peft-written-whole").resolve("adapter");
    PeftFolder.write(folder, adapter);
    assertEquals(adapter, PeftFolder.read(folder));
  }

  private static byte[] written(Map<String, HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SafetensorsWriter.writeTo(Channels.newChannel(bytes), tensors, metadata);
    return bytes.toByteArray();
  }

  private static HostTensor tensor(ElementType type, List<Long> shape, long seed) {
    Shape of = new Shape(shape.stream().mapToLong(Long::longValue).toArray());
    byte[] values = new byte[(int) of.size() * type.bytes()];
    new Random(seed).nextBytes(values);
    return new HostTensor(type, of, ByteBuffer.wrap(values));
  }

  private static PeftAdapter adapter(
      Set<String> paths, String base, int rank, double alpha, boolean cola, long seed) {
    Random random = new Random(seed);
    Map<String, HostTensor> tensors = new TreeMap<>();
    List<String> targets = new ArrayList<>(paths);
    long in = 1 + random.nextInt(4);
    for (String path : paths) {
      if (cola) {
        tensors.put(PeftAdapter.colaKey(path, "W"), tensor(ElementType.F32, List.of(3L, in), seed));
      } else {
        long r = rank;
        tensors.put(PeftAdapter.loraAKey(path), tensor(ElementType.F32, List.of(r, in), seed));
        tensors.put(PeftAdapter.loraBKey(path), tensor(ElementType.BF16, List.of(3L, r), seed));
      }
    }
    tensors.put(PeftAdapter.savedKey("head", "weight"), tensor(ElementType.F32, List.of(2L), seed));
    TargetModules where = new TargetModules.Names(targets);
    List<String> saved = List.of("head");
    return new PeftAdapter(
        cola
            ? PeftConfig.cola("linear", Map.of(), base, "SEQ_CLS", alpha, where, saved)
            : PeftConfig.lora(base, "SEQ_CLS", rank, alpha, where, saved),
        tensors);
  }
}
