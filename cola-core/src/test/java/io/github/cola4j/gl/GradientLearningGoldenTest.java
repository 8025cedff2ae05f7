package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.Form;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Mlp;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.Linear;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.task.LanguageModeling;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradient learning against ordinary back-propagation with PyTorch and transformers. */
class GradientLearningGoldenTest {
  private static final double FORWARD = 1e-5;
  private static final double GRADIENTS = 1e-4;
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

  static List<GoldenCase> references() {
    return GoldenCase.all();
  }

  @ParameterizedTest
  @MethodSource("references")
  void forwardEqualsTransformers(GoldenCase reference) {
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        Objective<PackedBatch> task = reference.objective(manager, model);
        Scope scope = Scope.open(manager)) {
      InferencePass pass =
          new InferencePass(new AdaptedModules(List.of(), false), scope.manager(), arena);
      float[] expected = reference.logits(reference.tensors("forward.safetensors").get("logits"));
      assertNear(reference.logits(pass, model).toFloatArray(), expected, FORWARD, "logits");
      float mean = task.loss(pass, reference.batch).mean().getFloat();
      assertNear(mean, reference.loss, FORWARD, "loss");
      if (task instanceof LanguageModeling modeling) {
        double measured =
            modeling.sum(pass, reference.batch).getFloat() / task.items(reference.batch);
        assertNear(measured, reference.loss, FORWARD, "loss as measured");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void everySiteHasTheReferencesInputAndHiddenGradient(GoldenCase reference) {
    Map<String, HostTensor> expected = reference.tensors("sites.safetensors");
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        Objective<PackedBatch> task = reference.objective(manager, model);
        Scope scope = Scope.open(manager)) {
      List<Site> sites = new ArrayList<>();
      for (Linear module : modules(model).values()) {
        if (expected.containsKey(module.name() + ".x")) {
          sites.add(
              new Site(
                  module,
                  LinearAdapter.fresh(manager, Start.linear(module.in(), module.out()), false)));
        }
      }
      assertEquals(expected.size(), 2 * sites.size(), "all sites of the reference are found");
      ServerPass pass =
          new ServerPass(new AdaptedModules(sites, false), scope.manager(), arena, null);
      Loss loss = task.loss(pass, reference.batch);
      assertNear(loss.mean().getFloat(), reference.loss, FORWARD, "loss");
      Set<String> seen = new HashSet<>();
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> {
            String name = data.site().name();
            assertTrue(seen.add(name), () -> name + " is handed out once");
            compare(reference, expected.get(name + ".x"), data.x(), false, name + ".x");
            compare(reference, expected.get(name + ".grad"), data.hiddenGradient(), true, name);
          });
      assertEquals(sites.size(), seen.size());
    }
  }

  /** Whichever module is the lowest site, and the only one: what lies beside it takes no part. */
  @ParameterizedTest
  @MethodSource("references")
  void aSiteAloneHasTheSameHiddenGradient(GoldenCase reference) {
    Map<String, HostTensor> expected = reference.tensors("sites.safetensors");
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        Objective<PackedBatch> task = reference.objective(manager, model)) {
      for (Linear module : modules(model).values()) {
        HostTensor gradient = expected.get(module.name() + ".grad");
        if (gradient == null) {
          continue; // the classifier's own
        }
        Site site =
            new Site(
                module,
                LinearAdapter.fresh(manager, Start.linear(module.in(), module.out()), false));
        List<String> seen = new ArrayList<>();
        try (Scope scope = Scope.open(manager)) {
          AdaptedModules linears = new AdaptedModules(List.of(site), false);
          ServerPass pass = new ServerPass(linears, scope.manager(), arena, null);
          Loss loss = task.loss(pass, reference.batch);
          pass.backward(
              loss.made(),
              loss.gradient(),
              data -> {
                seen.add(data.site().name());
                compare(reference, gradient, data.hiddenGradient(), true, module.name());
              });
        }
        arena.reset();
        assertEquals(List.of(module.name()), seen);
      }
    }
  }

  /** What is not computed here has no gradient. */
  private static void compare(
      GoldenCase reference, HostTensor expected, NDArray actual, boolean gradient, String what) {
    GoldenCase.SitePlaces places = reference.places(what, expected, actual);
    if (gradient) {
      for (float value : GoldenCase.gather(expected, places.others())) {
        assertEquals(
            0f,
            Math.abs(value),
            () -> what + ": the reference has a gradient where nothing is computed here");
      }
    }
    float[] known = GoldenCase.gather(expected, places.computed());
    assertNear(actual.toFloatArray(), known, GRADIENTS, what);
  }

  static Stream<Arguments> trainings() {
    return GoldenCase.all().stream()
        .flatMap(
            reference ->
                kinds(reference)
                    .flatMap(
                        kind ->
                            Stream.of("sgd", "adamw")
                                .flatMap(
                                    optimizer ->
                                        Stream.of(false, true)
                                            .filter(merged -> !(merged && kind.equals("mlp")))
                                            .map(
                                                merged ->
                                                    Arguments.of(
                                                        reference, kind, optimizer, merged)))));
  }

  /** The kinds that the reference has. */
  private static Stream<String> kinds(GoldenCase reference) {
    return Stream.of("low-rank", "linear", "mlp", "head")
        .filter(kind -> Files.exists(reference.file("adapters", kind + ".init.safetensors")));
  }

  @ParameterizedTest(name = "{0}: {1}, {2}, merged {3}")
  @MethodSource("trainings")
  void tenStepsEqualBackPropagation(
      GoldenCase reference, String kind, String optimizerName, boolean merged) {
    JsonNode expected = reference.json("adapters", kind + "." + optimizerName + ".json");
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        Objective<PackedBatch> task = reference.objective(manager, model)) {
      List<Site> sites =
          sites(manager, model, reference.tensors("adapters", kind + ".init.safetensors"));
      Optimizer optimizer = new Optimizer(manager, rule(optimizerName, expected.get("optimizer")));
      try (InlineFit fit = new InlineFit(manager, sites, optimizer)) {
        AdaptedModules linears = new AdaptedModules(sites, merged);
        MergedWeights mergedWeights = new MergedWeights(manager, merged ? sites : List.of());
        double lr = expected.get("optimizer").get("lr").asDouble();
        assertEquals(10, expected.get("losses").size());
        for (JsonNode expectedLoss : expected.get("losses")) {
          if (merged) {
            mergedWeights.merge();
          }
          try (Scope scope = Scope.open(manager)) {
            ServerPass pass = new ServerPass(linears, scope.manager(), arena, null);
            Loss loss = task.loss(pass, reference.batch);
            assertNear(loss.mean().getFloat(), expectedLoss.asDouble(), LOSSES, "loss");
            int items = task.items(reference.batch);
            pass.backward(loss.made(), loss.gradient(), data -> fit.gather(data, items));
            fit.endBatch(items);
            fit.fit(lr);
          }
          arena.reset();
        }
        Map<String, HostTensor> last =
            reference.tensors("adapters", kind + "." + optimizerName + ".final.safetensors");
        assertEquals(last.keySet(), fit.parameters().keySet().stream().collect(Collectors.toSet()));
        fit.parameters()
            .forEach(
                (name, array) ->
                    assertNear(array.toFloatArray(), last.get(name).toFloats(), WEIGHTS, name));
        assertFalse(last.isEmpty());
      }
      sites.forEach(site -> site.adapter().close());
    }
  }

  /** Sites with adapters that have stored parameters. */
  static List<Site> sites(NDManager manager, BaseModel model, Map<String, HostTensor> initial) {
    Map<String, Linear> modules = modules(model);
    Map<String, Map<String, NDArray>> parameters = new LinkedHashMap<>();
    initial.forEach(
        (name, tensor) -> {
          int dot = name.lastIndexOf('.');
          parameters
              .computeIfAbsent(name.substring(0, dot), site -> new HashMap<>())
              .put(name.substring(dot + 1), tensor.load(manager));
        });
    List<Site> sites = new ArrayList<>();
    parameters.forEach((name, arrays) -> sites.add(new Site(modules.get(name), adapter(arrays))));
    return sites;
  }

  private static Adapter adapter(Map<String, NDArray> arrays) {
    if (arrays.containsKey("W1")) {
      return new Mlp(Form.LINEAR, arrays, Activation::relu);
    }
    return arrays.containsKey("A")
        ? new LowRank(arrays.get("A"), arrays.get("B"), 1)
        : new LinearAdapter(arrays.get("W"), arrays.get("b"));
  }

  /** The optimizer that made the reference. */
  static Rule rule(String name, JsonNode settings) {
    return name.equals("sgd")
        ? new Sgd(0, 0, false, 0)
        : new AdamW(
            settings.get("betas").get(0).asDouble(),
            settings.get("betas").get(1).asDouble(),
            settings.get("eps").asDouble(),
            settings.get("weight_decay").asDouble());
  }

  private static Map<String, Linear> modules(BaseModel model) {
    return GoldenCase.linears(model);
  }
}
