package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  /** One file with a tensor of every type, each element chosen for its corner. */
  private Path everyType() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(73).order(ByteOrder.LITTLE_ENDIAN);
    data.put((byte) 0).put((byte) 1).put((byte) 2); // bool; keeps all that follows unaligned
    data.putLong(Long.MIN_VALUE).putLong(1L << 60);
    data.putDouble(0.1).putDouble(-1e300);
    data.putInt(Integer.MIN_VALUE).putInt(7);
    data.putFloat(Float.MIN_VALUE).putFloat(-0f).putFloat(Float.NaN);
    data.putShort((short) 0x3f80).putShort((short) 0xff80);
    data.putShort((short) 0x0001).putShort((short) 0xc000);
    data.putShort((short) -32768).putShort((short) 3);
    data.put((byte) -1).put((byte) 200).put((byte) -128);
    data.put((byte) 127).put((byte) 5).put((byte) 6);
    String header =
        """
        {"bool":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]},
         "i64":{"dtype":"I64","shape":[2],"data_offsets":[3,19]},
         "f64":{"dtype":"F64","shape":[2,1],"data_offsets":[19,35]},
         "i32":{"dtype":"I32","shape":[2],"data_offsets":[35,43]},
         "f32":{"dtype":"F32","shape":[3],"data_offsets":[43,55]},
         "bf16":{"dtype":"BF16","shape":[1,2],"data_offsets":[55,59]},
         "f16":{"dtype":"F16","shape":[2],"data_offsets":[59,63]},
         "i16":{"dtype":"I16","shape":[2],"data_offsets":[63,67]},
         "u8":{"dtype":"U8","shape":[2],"data_offsets":[67,69]},
         "i8":{"dtype":"I8","shape":[1],"data_offsets":[69,70]},
         "scalar":{"dtype":"U8","shape":[],"data_offsets":[70,71]},
         "empty":{"dtype":"F32","shape":[0,4],"data_offsets":[71,71]},
         "f8":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[71,73]},
         "__metadata__":{"format":"pt","who":"ünïcode"}}
        """;
    return SafetensorsFiles.write(folder.resolve("every.safetensors"), header, data.array());
  }

  private static float[] floats(Weights weights, String name) {
    float[] values = new float[(int) weights.info(name).elements()];
    weights.floats(name, 0, FloatBuffer.wrap(values));
    return values;
  }

  private static long[] longs(Weights weights, String name) {
    long[] values = new long[(int) weights.info(name).elements()];
    weights.longs(name, 0, LongBuffer.wrap(values));
    return values;
  }

  @Test
  void readsEveryType() throws IOException {
    try (Safetensors file = Safetensors.open(everyType())) {
      assertArrayEquals(new long[] {0, 1, 1}, longs(file, "bool"));
      assertArrayEquals(new long[] {Long.MIN_VALUE, 1L << 60}, longs(file, "i64"));
      assertArrayEquals(new float[] {0.1f, Float.NEGATIVE_INFINITY}, floats(file, "f64"));
      assertArrayEquals(new long[] {Integer.MIN_VALUE, 7}, longs(file, "i32"));
      assertArrayEquals(new float[] {Float.MIN_VALUE, -0f, Float.NaN}, floats(file, "f32"));
      assertArrayEquals(new float[] {1, Float.NEGATIVE_INFINITY}, floats(file, "bf16"));
      assertArrayEquals(new float[] {0x1p-24f, -2}, floats(file, "f16"));
      assertArrayEquals(new long[] {-32768, 3}, longs(file, "i16"));
      assertArrayEquals(new long[] {255, 200}, longs(file, "u8"));
      assertArrayEquals(new long[] {-128}, longs(file, "i8"));
      assertArrayEquals(new long[] {127}, longs(file, "scalar"));
      assertArrayEquals(new float[0], floats(file, "empty"));
    }
  }

  @Test
  void tellsWhatItHolds() throws IOException {
    try (Safetensors file = Safetensors.open(everyType())) {
      assertEquals(
          List.of(
              "bool", "i64", "f64", "i32", "f32", "bf16", "f16", "i16", "u8", "i8", "scalar",
              "empty", "f8"),
          List.copyOf(file.names()));
      assertEquals(Map.of("format", "pt", "who", "ünïcode"), file.metadata());
      TensorInfo info = file.info("f64");
      assertEquals(new TensorInfo("f64", "F64", new Shape(2, 1), 19, 35), info);
      info.shape().getShape()[0] = 99;
      assertEquals(new Shape(2, 1), info.shape(), "the record stays as the file says");
      assertEquals(Optional.empty(), file.info("f8").type());
      assertTrue(file.contains("f8"));
      assertFalse(file.contains("__metadata__"));
      assertThrows(UnsupportedOperationException.class, () -> file.names().remove("i8"));
    }
  }

  @Test
  void refusesWhatItCannotRead() throws IOException {
    try (Safetensors file = Safetensors.open(everyType());
        NDManager manager = NDManager.newBaseManager()) {
      String unsupported =
          assertThrows(CheckpointException.class, () -> file.load(manager, "f8")).getMessage();
      assertTrue(unsupported.contains("'f8' is of type F8_E4M3"), unsupported);
      assertThrows(CheckpointException.class, () -> file.read("f8"));
      String mistyped =
          assertThrows(
                  CheckpointException.class, () -> file.floats("i64", 0, FloatBuffer.allocate(1)))
              .getMessage();
      assertTrue(mistyped.contains("'i64' holds I64"), mistyped);
      assertThrows(CheckpointException.class, () -> file.longs("f32", 0, LongBuffer.allocate(1)));
      String unknown =
          assertThrows(CheckpointException.class, () -> file.info("bf61")).getMessage();
      assertTrue(unknown.contains("did you mean \"bf16\""), unknown);
      for (long from : new long[] {-1, 2, Long.MAX_VALUE}) {
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> file.floats("f32", from, FloatBuffer.allocate(2)));
      }
    }
  }

  @Test
  void readsNoMoreOnceClosed() throws IOException {
    Safetensors file = Safetensors.open(everyType());
    file.close();
    assertThrows(IllegalStateException.class, () -> floats(file, "f32"));
    assertThrows(IllegalStateException.class, () -> file.read("f32"));
  }

  @Test
  void loadsArrays() throws IOException {
    try (Safetensors file = Safetensors.open(everyType());
        NDManager manager = NDManager.newBaseManager()) {
      for (String name : file.names()) {
        if (name.equals("f8")) {
          continue;
        }
        NDArray array = file.load(manager, name);
        assertEquals(file.info(name).shape(), array.getShape(), name);
        if (file.info(name).type().orElseThrow().isFloating()) {
          assertEquals(DataType.FLOAT32, array.getDataType(), name);
          assertArrayEquals(floats(file, name), array.toFloatArray(), name);
        } else {
          assertEquals(DataType.INT64, array.getDataType(), name);
          assertArrayEquals(longs(file, name), array.toLongArray(), name);
        }
      }
    }
  }

  private static float[] random(int count) {
    Random random = new Random(5);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void loadsInSteps() {
    // More than one step of conversion and one window of the map, in none of which it divides.
    float[] values = random(3 * 400_001);
    HostTensor wide = HostTensor.floats(values, 3, 400_001);
    HostTensor tall = HostTensor.floats(values, 400_001, 3);
    Path path = folder.resolve("large.safetensors");
    SafetensorsWriter.write(
        path, Map.of("wide", wide, "tall", tall, "half", wide.as(ElementType.BF16)), Map.of());
    try (Safetensors file = Safetensors.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      for (HostTensor tensor : List.of(wide, tall)) {
        String name = tensor == wide ? "wide" : "tall";
        assertArrayEquals(values, file.load(manager, name).toFloatArray());
        NDArray target = manager.zeros(tensor.shape());
        file.loadInto(target, name);
        assertArrayEquals(values, target.toFloatArray());
        assertEquals(tensor, file.read(name));
      }
      assertArrayEquals(
          wide.as(ElementType.BF16).toFloats(), file.load(manager, "half").toFloatArray());
      float[] part = new float[500_000];
      file.floats("tall", 700_003, FloatBuffer.wrap(part));
      assertArrayEquals(Arrays.copyOfRange(values, 700_003, 1_200_003), part);
    }
  }

  @Test
  void loadsIntoViewsWithoutMovingTheirMemory() {
    float[] values = random(6);
    Path path = folder.resolve("small.safetensors");
    SafetensorsWriter.write(
        path,
        Map.of("w", HostTensor.floats(values, 2, 3), "s", HostTensor.floats(new float[] {4})),
        Map.of());
    try (Safetensors file = Safetensors.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      NDArray fused = manager.zeros(new Shape(4, 3));
      file.loadInto(fused.get("1:3"), "w");
      float[] expected = new float[12];
      System.arraycopy(values, 0, expected, 3, 6);
      assertArrayEquals(expected, fused.toFloatArray());

      NDArray across = manager.zeros(new Shape(3, 2));
      file.loadInto(across.transpose(), "w");
      assertArrayEquals(
          new float[] {values[0], values[3], values[1], values[4], values[2], values[5]},
          across.toFloatArray());

      NDArray scalar = manager.create(0f);
      file.loadInto(scalar, "s");
      assertEquals(4, scalar.getFloat());

      assertThrows(
          IllegalArgumentException.class, () -> file.loadInto(manager.zeros(new Shape(3, 2)), "w"));
      assertThrows(
          IllegalArgumentException.class,
          () -> file.loadInto(manager.zeros(new Shape(2, 3), DataType.INT64), "w"));
    }
  }

  @Test
  void loadingLeavesOneArrayBehind() throws IOException {
    try (Safetensors file = Safetensors.open(everyType());
        NDManager manager = NDManager.newBaseManager()) {
      for (int i = 1; i <= 20; i++) {
        NDArray array = file.load(manager, "f32");
        file.loadInto(array, "f32");
        assertEquals(i, manager.getManagedArrays().size());
      }
    }
  }

  @Test
  void aFileThatIsCutShortMeanwhileIsToldSo() throws IOException {
    Path path = everyType();
    try (Safetensors file = Safetensors.open(path)) {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.truncate(Files.size(path) / 2);
      }
      CheckpointException refused = assertThrows(CheckpointException.class, () -> file.read("f32"));
      assertTrue(
          refused.getMessage().contains("cannot be read: it ends before byte"),
          refused::getMessage);
    }
  }

  @Test
  void theInterruptionOfAReaderEndsNothing() throws IOException {
    Path path = everyType();
    Thread.currentThread().interrupt();
    try (Safetensors file = Safetensors.open(path)) {
      FloatBuffer read = FloatBuffer.allocate(3);
      file.floats("f32", 0, read);
      assertTrue(Thread.interrupted(), "the interruption is the caller's to notice");
      file.floats("f32", 0, read.rewind());
      assertEquals(Float.MIN_VALUE, read.get(0));
    } finally {
      Thread.interrupted(); // for the tests after this one
    }
  }
}
