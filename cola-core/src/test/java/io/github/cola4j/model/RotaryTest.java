package io.github.cola4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.gl.AdaptedLinears;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Angles are transformers' within the rounding of float32; expected values by {@code
 * src/test/python/generate_decoder_configs.py}.
 */
class RotaryTest {
  private static final double FREQUENCY = 2.5e-7; // relative: two units in the last place
  private static final double TURN = 1e-6;

  @TestFactory
  Stream<DynamicTest> anglesAreTransformers() throws IOException {
    Torch.start(1);
    JsonNode reference;
    try (InputStream in = RotaryTest.class.getResourceAsStream("rotary.json")) {
      reference = new ObjectMapper().readTree(in);
    }
    int[] positions =
        IntStream.range(0, reference.get("positions").size())
            .map(i -> reference.get("positions").get(i).asInt())
            .toArray();
    return StreamSupport.stream(reference.get("cases").spliterator(), false)
        .map(
            expected ->
                DynamicTest.dynamicTest(
                    expected.get("size") + " of " + expected.get("rope_parameters"),
                    () -> compare(expected, positions)));
  }

  private static void compare(JsonNode expected, int[] positions) {
    int size = expected.get("size").asInt();
    int half = size / 2;
    Rotary rotary = Rotary.read(expected, size, 8192);
    float[] frequencies = rotary.frequencies();
    for (int i = 0; i < half; i++) {
      double frequency = expected.get("frequencies").get(i).asDouble();
      assertEquals(frequency, frequencies[i], frequency * FREQUENCY, "frequency " + i);
    }
    try (NDManager manager = Torch.newManager(Device.cpu())) {
      InferencePass pass =
          new InferencePass(new AdaptedLinears(List.of(), false), manager, new HostArena());
      Rotary.Angles angles = rotary.of(pass, positions);
      float[] cos = angles.cos().toFloatArray();
      float[] sin = angles.sin().toFloatArray();
      for (int row = 0; row < positions.length; row++) {
        for (int i = 0; i < size; i++) {
          // An angle is as exact as the product of its float32 frequency and position.
          double angle = positions[row] * (double) frequencies[i % half];
          double tolerance = TURN + angle * FREQUENCY;
          String what = "value %d at position %d".formatted(i, positions[row]);
          JsonNode cosines = expected.get("cos").get(row);
          JsonNode sines = expected.get("sin").get(row);
          assertEquals(cosines.get(i % half).asDouble(), cos[row * size + i], tolerance, what);
          assertEquals(sines.get(i % half).asDouble(), sin[row * size + i], tolerance, what);
        }
      }
    }
  }
}
