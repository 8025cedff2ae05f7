package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  private static HostTensor bytes(ElementType type, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return new HostTensor(type, new Shape(values.length / type.bytes()), bytes.flip());
  }

  @Test
  void layoutIsThatOfTheReferenceImplementation() throws IOException {
    // Names of one letter say where safetensors 0.8 for Python puts the tensor of that type.
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("j", bytes(ElementType.BOOL, 1, 0));
    tensors.put("i", bytes(ElementType.U8, 2));
    tensors.put("h", bytes(ElementType.I8, 3));
    tensors.put("g", bytes(ElementType.I16, 4, 0));
    tensors.put("f", bytes(ElementType.F16, 5, 0));
    tensors.put("e", bytes(ElementType.BF16, 6, 0));
    tensors.put("d", bytes(ElementType.I32, 7, 0, 0, 0));
    tensors.put("\uffee", HostTensor.floats(new float[] {2}, 1, 1));
    tensors.put("\ud83d\ude00", HostTensor.floats(new float[] {1}));
    tensors.put("b", bytes(ElementType.F64, 8, 0, 0, 0, 0, 0, 0, 0));
    tensors.put("a", HostTensor.longs(new long[] {9}, 1));
    Path file = folder.resolve("every.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of("z", "1\n\"2\"", "format", "pt"));
    byte[] written = Files.readAllBytes(file);
    int length = written[0] & 0xff | written[1] << 8;
    String expected =
        """
        {"__metadata__":{"format":"pt","z":"1\\n\\"2\\""},\
        "a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},\
        "b":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},\
        "\uffee":{"dtype":"F32","shape":[1,1],"data_offsets":[16,20]},\
        "\ud83d\ude00":{"dtype":"F32","shape":[],"data_offsets":[20,24]},\
        "d":{"dtype":"I32","shape":[1],"data_offsets":[24,28]},\
        "e":{"dtype":"BF16","shape":[1],"data_offsets":[28,30]},\
        "f":{"dtype":"F16","shape":[1],"data_offsets":[30,32]},\
        "g":{"dtype":"I16","shape":[1],"data_offsets":[32,34]},\
        "h":{"dtype":"I8","shape":[1],"data_offsets":[34,35]},\
        "i":{"dtype":"U8","shape":[1],"data_offsets":[35,36]},\
        "j":{"dtype":"BOOL","shape":[2],"data_offsets":[36,38]}}""";
    String header = new String(written, 8, length, StandardCharsets.UTF_8);
    assertEquals(expected, header.stripTrailing());
    assertEquals(0, length % 8);
    assertTrue(length - header.stripTrailing().getBytes(StandardCharsets.UTF_8).length < 8);
    assertEquals(8 + length + 38, written.length);
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(tensors.keySet(), read.names());
      tensors.forEach((name, tensor) -> assertEquals(tensor, read.read(name), name));
    }
  }

  @Test
  void orderOfTheMapDoesNotMatter() throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(List.of("b", "a.c", "a", "a.b", "B"));
    names.forEach(n -> tensors.put(n, HostTensor.floats(new float[] {n.hashCode(), 0}, 2)));
    SafetensorsWriter.write(folder.resolve("one"), tensors, Map.of());
    Collections.reverse(names);
    Map<String, HostTensor> reversed = new LinkedHashMap<>();
    names.forEach(n -> reversed.put(n, tensors.get(n)));
    SafetensorsWriter.write(folder.resolve("other"), reversed, Map.of());
    assertEquals(-1, Files.mismatch(folder.resolve("one"), folder.resolve("other")));
  }

  /** Takes a few bytes at a time, and no more once it is full. */
  private static final class SmallDisk implements WritableByteChannel {
    private final WritableByteChannel channel;
    private int room;

    SmallDisk(WritableByteChannel channel, int room) {
      this.channel = channel;
      this.room = room;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (room == 0) {
        throw new IOException("No space left on device");
      }
      int count = Math.min(Math.min(room, 7), bytes.remaining());
      room -= count;
      channel.write(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  @Test
  void fullDiskLeavesTheOldFile() throws IOException {
    Map<String, HostTensor> old = Map.of("a", HostTensor.floats(new float[] {1}, 1));
    Map<String, HostTensor> next =
        Map.of("a", HostTensor.floats(new float[] {2}, 1), "b", HostTensor.longs(new long[4], 4));
    Path file = folder.resolve("model.safetensors");
    Path whole = folder.resolve("whole.safetensors");
    SafetensorsWriter.write(file, old, Map.of());
    byte[] before = Files.readAllBytes(file);
    SafetensorsWriter.write(whole, next, Map.of());
    int needed = (int) Files.size(whole);
    for (int room = 0; room < needed; room++) {
      int space = room;
      assertThrows(
          StorageException.class,
          () ->
              AtomicFiles.write(
                  file,
                  channel ->
                      SafetensorsWriter.writeTo(new SmallDisk(channel, space), next, Map.of())));
      assertArrayEquals(before, Files.readAllBytes(file));
    }
    try (var files = Files.list(folder)) {
      assertEquals(2, files.count(), "no temporary file is left");
    }
    AtomicFiles.write(
        file, channel -> SafetensorsWriter.writeTo(new SmallDisk(channel, needed), next, Map.of()));
    assertEquals(-1, Files.mismatch(file, whole));
  }

  @Test
  void writesWithoutTensors() {
    SafetensorsWriter.write(folder.resolve("none"), Map.of(), Map.of());
    try (Safetensors file = Safetensors.open(folder.resolve("none"))) {
      assertEquals(0, file.names().size());
    }
  }

  @Test
  void metadataIsNoNameForATensor() {
    Map<String, HostTensor> tensors = Map.of("__metadata__", HostTensor.longs(new long[0], 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> SafetensorsWriter.write(folder.resolve("x"), tensors, Map.of()));
  }

  @Test
  void bytesMustBeThoseOfTheShape() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new HostTensor(ElementType.F32, new Shape(2), ByteBuffer.allocate(4)));
    assertThrows(IllegalArgumentException.class, () -> HostTensor.floats(new float[] {1, 2}, 3));
  }

  @Test
  void arraysComeInAndGoOut() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] values = {1, 2, 3, 4, 5, 6};
      NDArray array = manager.create(values, new Shape(2, 3));
      HostTensor tensor = HostTensor.of(array);
      assertEquals(HostTensor.floats(values, 2, 3), tensor);
      assertEquals(
          HostTensor.floats(new float[] {1, 4, 2, 5, 3, 6}, 3, 2),
          HostTensor.of(array.transpose()));
      assertEquals(array, tensor.load(manager));
      NDArray integers = manager.create(new long[] {-1, 1L << 40}, new Shape(2, 1));
      assertEquals(HostTensor.longs(new long[] {-1, 1L << 40}, 2, 1), HostTensor.of(integers));
      assertEquals(integers, HostTensor.of(integers).load(manager));
      assertEquals(
          HostTensor.floats(new float[0], 0, 3), HostTensor.of(manager.create(new Shape(0, 3))));
      assertEquals(HostTensor.floats(new float[] {7}), HostTensor.of(manager.create(7f)));
      assertThrows(
          IllegalArgumentException.class,
          () -> HostTensor.of(manager.create(new Shape(1), DataType.FLOAT64)));
    }
  }

  @Test
  void convertsBetweenFloatingTypesAlone() {
    HostTensor tensor = HostTensor.floats(new float[] {1.00390625f, -65520, 1e-8f}, 3);
    assertArrayEquals(new float[] {1, -65536, 0x1.58p-27f}, tensor.as(ElementType.BF16).toFloats());
    assertArrayEquals(
        new float[] {1.00390625f, Float.NEGATIVE_INFINITY, 0},
        tensor.as(ElementType.F16).toFloats());
    assertArrayEquals(tensor.toFloats(), tensor.as(ElementType.F64).toFloats());
    assertEquals(tensor, tensor.as(ElementType.F64).as(ElementType.F32));
    assertThrows(IllegalArgumentException.class, () -> tensor.as(ElementType.I64));
    assertThrows(
        IllegalArgumentException.class,
        () -> HostTensor.longs(new long[] {1}, 1).as(ElementType.F32));
  }

  @Test
  void bytesCannotBeAltered() {
    HostTensor tensor = HostTensor.floats(new float[] {1, 2}, 2);
    assertTrue(tensor.bytes().isReadOnly());
    tensor.bytes().getFloat();
    tensor.shape().getShape()[0] = 5;
    assertEquals(HostTensor.floats(new float[] {1, 2}, 2), tensor);
  }
}
