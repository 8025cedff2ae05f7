package io.github.cola4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradient learning beside back-propagation, on a few made-up images. */
class ImagesJobTest {
  private static final int SIDE = 6;

  @TempDir Path folder;

  @BeforeEach
  void writeImages() throws IOException {
    write("train", 40, 1);
    write("test", 20, 2);
  }

  /** Of two classes: bright above, or below. */
  private void write(String split, int count, long seed) throws IOException {
    Random random = new Random(seed);
    ByteBuffer images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
    images.putInt(0x0803).putInt(count).putInt(SIDE).putInt(SIDE);
    ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
    for (int i = 0; i < count; i++) {
      labels.put((byte) (i % 2));
      for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
        boolean bright = pixel < SIDE * SIDE / 2 == (i % 2 == 0);
        images.put((byte) (random.nextInt(100) + (bright ? 150 : 0)));
      }
    }
    pack(split + "-images-idx3-ubyte.gz", images.array());
    pack(split + "-labels-idx1-ubyte.gz", labels.array());
  }

  private void pack(String name, byte[] bytes) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      out.write(bytes);
    }
  }

  private ObjectNode train(String architecture, String adapter, boolean merged, boolean float64)
      throws Exception {
    List<Integer> hidden = architecture.equals("linear") ? List.of() : List.of(4, 5);
    ImagesSettings settings =
        new ImagesSettings(
            folder.toString(),
            architecture,
            hidden,
            adapter,
            2,
            merged,
            40,
            3,
            16,
            "sgd",
            0.03,
            1,
            0,
            float64,
            "cpu");
    return new ImagesJob()
        .run(new JobContext(Forked.JSON.valueToTree(settings), event -> {}, StopSignal.NEVER))
        .value();
  }

  @ParameterizedTest
  @CsvSource({
    "linear, linear, false", "linear, linear, true", "linear, low-rank, false",
        "linear, mlp, false",
    "mlp, linear, true", "mlp, low-rank, true", "mlp, low-rank, false", "mlp, mlp, false",
    "cnn, linear, true", "cnn, linear, false", "cnn, low-rank, true", "cnn, mlp, false"
  })
  void bothSidesAreEqualInFloat64(String architecture, String adapter, boolean merged)
      throws Exception {
    ObjectNode result = train(architecture, adapter, merged, true);
    double apart = result.path("largest_loss_difference").asDouble(Double.NaN);
    assertTrue(apart <= 1e-12, result.toString());
    assertEquals(result.path("accuracy"), result.path("accuracy_backprop"));
    assertEquals("float64", result.path("dtype").asText());
  }

  @Test
  void bothSidesLearn() throws Exception {
    ObjectNode result = train("linear", "linear", false, false);
    assertEquals(1, result.path("accuracy").asDouble());
    assertEquals(1, result.path("accuracy_backprop").asDouble());
    assertTrue(result.path("largest_loss_difference").asDouble() <= 1e-5, result.toString());
    assertEquals(2 * SIDE * SIDE + 2, result.path("trainable_parameters").asInt());
  }
}
