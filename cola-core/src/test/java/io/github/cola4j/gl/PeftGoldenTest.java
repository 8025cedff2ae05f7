package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.Linear;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.SitesSpec;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters that PEFT wrote give PEFT's logits; written here and read again, they still do. */
class PeftGoldenTest {
  private static final double TOLERANCE = 1e-5;

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

  static List<GoldenCase> references() {
    return GoldenCase.all();
  }

  @ParameterizedTest
  @MethodSource("references")
  void anAdapterOfPeftGivesItsLogits(GoldenCase reference, @TempDir Path folder) {
    float[] expected = reference.logits(reference.tensors("peft.logits.safetensors").get("logits"));
    PeftAdapter stored = PeftFolder.read(reference.file("peft"));
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        ModuleShapes shapes = new ModuleShapes(manager)) {
      List<Site> sites = PeftSites.load(manager, shapes, stored, model);
      assertNear(
          logits(reference, model, sites, false),
          expected,
          TOLERANCE,
          "logits, adapters evaluated");
      new MergedWeights(manager, sites).merge();
      assertNear(
          logits(reference, model, sites, true), expected, TOLERANCE, "logits, adapters merged");

      Set<String> head = model.head().stream().map(Linear::name).collect(Collectors.toSet());
      PeftFolder.write(
          folder.resolve("adapter"),
          PeftSites.export(manager, stored.config(), sites, 0, head, Map.of()));
    }
    PeftAdapter again = PeftFolder.read(folder.resolve("adapter"));
    assertEquals(stored.tensors().keySet(), again.tensors().keySet());
    assertEquals(stored.saved().keySet(), again.saved().keySet(), "the head is stored");
    assertEquals(stored.config(), again.config());
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        ModuleShapes shapes = new ModuleShapes(manager)) {
      List<Site> sites = PeftSites.load(manager, shapes, again, model);
      assertNear(
          logits(reference, model, sites, false),
          expected,
          TOLERANCE,
          "logits of what was written here");
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void whatIsWrittenSaysHowTheBaseStoresItsWeights(GoldenCase reference) {
    PeftAdapter stored = PeftFolder.read(reference.file("peft"));
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        AdaptedModel adapted = AdaptedModel.stored(manager, model, stored)) {
      AdapterSpec asked =
          new AdapterSpec.LowRank(4, 8, false, 0, Map.of(), Map.of(), SitesSpec.DEFAULT);
      assertEquals(
          stored.config().fanInFanOut(),
          adapted.export(asked, reference.name, "").config().fanInFanOut());
    }
  }

  private float[] logits(GoldenCase reference, BaseModel model, List<Site> sites, boolean merged) {
    try (Scope scope = Scope.open(manager)) {
      InferencePass pass =
          new InferencePass(new AdaptedModules(sites, merged), scope.manager(), new HostArena());
      return reference.logits(pass, model).toFloatArray();
    }
  }
}
