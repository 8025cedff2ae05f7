package io.github.cola4j.model;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
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
  private static final double FREQUENCY = 1e-7;
  private static final double TURN = 1e-5;

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
    float[] frequencies = Rotary.read(new ModelConfig(expected), 8192).frequencies(size);
    assertNear(frequencies, floats(expected.get("frequencies")), FREQUENCY, "frequencies");
    try (NDManager manager = Torch.newManager(Device.cpu());
        Attention attention = new Attention(manager, 1, 1, 0);
        Scope scope = Scope.open(manager)) {
      InferencePass pass =
          new InferencePass(new AdaptedModules(List.of(), false), scope.manager(), new HostArena());
      Attention.Turns turns = attention.turns(pass, positions, manager.create(frequencies));
      for (int half = 0; half < 2; half++) {
        String where = ", half " + half;
        assertTurns(turns.cos().split(2, 1).get(half), expected.get("cos"), "cos" + where);
        assertTurns(turns.sin().split(2, 1).get(half), expected.get("sin"), "sin" + where);
      }
    }
  }

  /** Of each position, so that one far away is not lost among those that are near. */
  private static void assertTurns(NDArray actual, JsonNode expected, String what) {
    assertEquals(expected.size(), actual.getShape().get(0), "positions");
    for (int row = 0; row < expected.size(); row++) {
      float[] values = actual.get(row).toFloatArray();
      assertNear(values, floats(expected.get(row)), TURN, what + ", row " + row);
    }
  }

  private static float[] floats(JsonNode numbers) {
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.get(i).floatValue();
    }
    return floats;
  }
}
