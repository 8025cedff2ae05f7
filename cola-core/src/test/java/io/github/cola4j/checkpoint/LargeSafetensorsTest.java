package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of more than 4 GiB, nearly all of it a hole that takes no room on the disk. */
class LargeSafetensorsTest {
  private static final long ROWS = 1_200_000;
  private static final long LARGE = ROWS * 1024 * 2; // 2.3 GiB of BF16
  private static final long END = 2 * LARGE + 4 * 4;

  @TempDir Path folder;

  @Test
  void tensorsAndFilesMayBeLargerThanTwoGibibytes() throws IOException {
    String header =
        ("{'first':{'dtype':'BF16','shape':[%d,1024],'data_offsets':[0,%d]},"
                + "'second':{'dtype':'BF16','shape':[%d,1024],'data_offsets':[%d,%d]},"
                + "'last':{'dtype':'F32','shape':[2,2],'data_offsets':[%d,%d]}} ")
            .formatted(ROWS, LARGE, ROWS, LARGE, 2 * LARGE, 2 * LARGE, END)
            .replace('\'', '"');
    // One space more than even, so that an element lies across every boundary of 1 GiB.
    if (header.length() % 2 == 0) {
      header += " ";
    }
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    long data = 8 + text.length;
    long lastRow = data + LARGE - 2 * 1024;
    long boundary = (1L << 31) - data & ~1L;
    Path path = folder.resolve("large.safetensors");
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(SafetensorsFiles.bytes(text, new byte[0])));
      channel.write(bfloats(1, 2, 3), data + boundary - 2);
      channel.write(bfloats(4, 5), lastRow);
      channel.write(bfloats(6), data + 2 * LARGE - 2);
      channel.write(
          ByteBuffer.allocate(16)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putFloat(7)
              .putFloat(8)
              .putFloat(9)
              .putFloat(10)
              .flip(),
          data + 2 * LARGE);
    }
    assertTrue(Files.size(path) > 4L << 30);
    try (Safetensors file = Safetensors.open(path);
        NDManager manager = NDManager.newBaseManager()) {
      float[] found = new float[3];
      file.floats("first", boundary / 2 - 1, FloatBuffer.wrap(found));
      assertArrayEquals(new float[] {1, 2, 3}, found);
      file.floats("first", (ROWS - 1) * 1024, FloatBuffer.wrap(found));
      assertArrayEquals(new float[] {4, 5, 0}, found);
      file.floats("second", ROWS * 1024 - 3, FloatBuffer.wrap(found));
      assertArrayEquals(new float[] {0, 0, 6}, found);
      try (NDArray last = file.load(manager, "last")) {
        assertArrayEquals(new float[] {7, 8, 9, 10}, last.toFloatArray());
      }
      assertEquals(ROWS * 1024, file.info("second").elements());
    } finally {
      Files.delete(path);
    }
  }

  private static ByteBuffer bfloats(float... values) {
    return HostTensor.floats(values, values.length).as(ElementType.BF16).bytes();
  }
}
