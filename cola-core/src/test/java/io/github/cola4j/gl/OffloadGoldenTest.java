package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.offload.Fits;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.offload.PooledFits;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.spec.OffloadSpec;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What equals back-propagation with PyTorch inline equals it with fits in a pool, too. */
class OffloadGoldenTest {
  private static final double LOSSES = 1e-5;
  private static final double WEIGHTS = 1e-4;

  private NDManager manager;
  private final HostArena arena = new HostArena();

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  static Stream<Arguments> trainings() {
    return GoldenCase.all().stream()
        .flatMap(
            reference ->
                Stream.of(
                        Arguments.of(reference, "low-rank", OffloadSpec.Send.ROWS),
                        Arguments.of(reference, "low-rank", OffloadSpec.Send.PRODUCTS),
                        Arguments.of(reference, "linear", OffloadSpec.Send.PRODUCTS),
                        Arguments.of(reference, "mlp", OffloadSpec.Send.ROWS))
                    .filter(
                        training ->
                            Files.exists(
                                reference.file(
                                    "adapters", training.get()[1] + ".init.safetensors"))));
  }

  @ParameterizedTest(name = "{0}: {1}, {2}")
  @MethodSource("trainings")
  void tenStepsEqualBackPropagation(GoldenCase reference, String kind, OffloadSpec.Send send) {
    JsonNode expected = reference.json("adapters", kind + ".adamw.json");
    Rule rule = GradientLearningGoldenTest.rule("adamw", expected.get("optimizer"));
    OffloadSpec asked =
        new OffloadSpec(
            Optional.of(new io.github.cola4j.spec.Device.Cpu()),
            1,
            Optional.empty(),
            0,
            64,
            send,
            OffloadSpec.RowType.FLOAT32);
    Fits.Maker maker =
        (m, sites, user) -> new InlineFit(m, sites, user, new Optimizer(m, rule), Clipping.NONE, 1);
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        Objective<PackedBatch> task = reference.objective(manager, model)) {
      List<Site> sites =
          GradientLearningGoldenTest.sites(
              manager, model, reference.tensors("adapters", kind + ".init.safetensors"));
      try (Fits fits = new PooledFits(manager, Device.cpu(), asked, 1, 1, sites, 1, maker)) {
        double lr = expected.get("optimizer").get("lr").asDouble();
        for (JsonNode expectedLoss : expected.get("losses")) {
          try (Scope scope = Scope.open(manager)) {
            ServerPass pass =
                new ServerPass(
                    new AdaptedModules(sites, false),
                    Routing.ONE,
                    scope.manager(),
                    arena,
                    null,
                    null,
                    fits.inputs());
            Loss loss = task.loss(pass, reference.batch);
            assertNear(loss.mean().getFloat(), expectedLoss.asDouble(), LOSSES, "loss");
            int items = task.items(reference.batch);
            pass.backward(loss.made(), loss.gradient(), data -> fits.gather(data, items));
            fits.endBatch(0, items);
          }
          arena.reset();
          fits.fit(Map.of(0, lr));
          fits.update();
        }
        Map<String, HostTensor> last =
            reference.tensors("adapters", kind + ".adamw.final.safetensors");
        assertEquals(last.keySet(), fits.served(0).keySet());
        fits.served(0)
            .forEach(
                (name, w) ->
                    assertNear(w.toFloatArray(), last.get(name).toFloats(), WEIGHTS, name));
      }
      sites.forEach(site -> site.adapter().close());
    }
  }
}
