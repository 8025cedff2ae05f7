package io.github.cola4j.optim;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.golden.Golden;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizers, clipping and schedules against torch.optim and transformers. */
class OptimizersGoldenTest {
  private static final double TOLERANCE = 1e-6; // float32 arithmetic, printed in full

  private NDManager manager;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  private static Stream<JsonNode> cases(String kind) throws IOException {
    JsonNode all = new ObjectMapper().readTree(Golden.file("optim.json").toFile()).get(kind);
    return StreamSupport.stream(all.spliterator(), false);
  }

  static Stream<JsonNode> optimizers() throws IOException {
    return cases("optimizers");
  }

  static Stream<JsonNode> clippings() throws IOException {
    return cases("clipping");
  }

  static Stream<JsonNode> schedules() throws IOException {
    return cases("schedules");
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void everyStepEqualsPyTorchs(JsonNode expected) {
    try (Optimizer optimizer = optimizer(expected)) {
      steps(expected, optimizer, 0, expected.get("gradients").size(), expected.get("start"));
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aRestoredStateGoesOnWhereItWasSaved(JsonNode expected) {
    int middle = 5;
    try (Optimizer first = optimizer(expected);
        Optimizer second = optimizer(expected)) {
      steps(expected, first, 0, middle, expected.get("start"));
      second.restore(first.steps(), first.state());
      steps(
          expected,
          second,
          middle,
          expected.get("gradients").size(),
          expected.get("after").get(middle - 1));
    }
  }

  private void steps(JsonNode expected, Optimizer optimizer, int from, int to, JsonNode start) {
    NDArray parameter = array(start);
    for (int i = from; i < to; i++) {
      optimizer.step(
          manager,
          Map.of("p", parameter),
          Map.of("p", array(expected.get("gradients").get(i))),
          expected.get("lr").asDouble());
      assertNear(
          parameter.toFloatArray(), floats(expected.get("after").get(i)), TOLERANCE, "step " + i);
    }
    assertEquals(to, optimizer.steps());
  }

  private Optimizer optimizer(JsonNode c) {
    boolean sgd = c.get("name").asText().equals("sgd");
    double decay = c.path("weight_decay").asDouble(sgd ? 0 : 0.01);
    return new Optimizer(manager, sgd ? sgd(c, decay) : adamw(c, decay));
  }

  private static Rule sgd(JsonNode c, double decay) {
    double momentum = c.path("momentum").asDouble(0);
    return new Sgd(
        momentum, c.path("dampening").asDouble(0), c.path("nesterov").asBoolean(false), decay);
  }

  private static Rule adamw(JsonNode c, double decay) {
    double beta1 = c.has("betas") ? c.get("betas").get(0).asDouble() : 0.9;
    double beta2 = c.has("betas") ? c.get("betas").get(1).asDouble() : 0.999;
    return new AdamW(beta1, beta2, c.path("eps").asDouble(1e-8), decay);
  }

  @ParameterizedTest
  @MethodSource("clippings")
  void clippingEqualsPyTorchs(JsonNode expected) {
    List<NDArray> gradients = new ArrayList<>();
    expected.get("gradients").forEach(gradient -> gradients.add(array(gradient)));
    double norm = Clipping.norm(gradients);
    Clipping.global(expected.get("max_norm").asDouble()).clip(gradients);
    assertNear(norm, expected.get("norm").asDouble(), TOLERANCE, "norm");
    for (int i = 0; i < gradients.size(); i++) {
      assertNear(
          gradients.get(i).toFloatArray(),
          floats(expected.get("clipped").get(i)),
          TOLERANCE,
          "gradient " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void scheduleEqualsTransformers(JsonNode expected) {
    long warmup = expected.get("warmup_steps").asLong();
    long total = expected.get("total_steps").asLong();
    String name = expected.get("name").asText();
    Schedule schedule =
        name.startsWith("linear")
            ? Schedule.linear(warmup, total)
            : name.endsWith("cosine") ? Schedule.cosine(warmup, total) : Schedule.constant(warmup);
    for (int step = 0; step < expected.get("factors").size(); step++) {
      assertEquals(
          expected.get("factors").get(step).asDouble(),
          schedule.factor(step),
          1e-12,
          name + " " + step);
    }
  }

  private NDArray array(JsonNode values) {
    return manager.create(floats(values));
  }

  private static float[] floats(JsonNode values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values.get(i).asDouble();
    }
    return floats;
  }
}
