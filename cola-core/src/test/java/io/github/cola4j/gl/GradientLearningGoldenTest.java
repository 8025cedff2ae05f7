package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.golden.EncoderCase;
import io.github.cola4j.model.EncoderClassifier;
import io.github.cola4j.model.Linear;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.task.SequenceClassification;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
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

  static List<EncoderCase> encoders() {
    return EncoderCase.all();
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void forwardEqualsTransformers(EncoderCase reference) {
    try (Safetensors weights = reference.weights();
        EncoderClassifier model = reference.model(manager, weights);
        SequenceClassification task = new SequenceClassification(manager, model);
        Scope scope = Scope.open(manager)) {
      InferencePass pass =
          new InferencePass(new AdaptedLinears(List.of(), false), scope.manager(), arena);
      NDArray logits = task.logits(pass, reference.batch);
      assertNear(logits.toFloatArray(), reference.logits, FORWARD, "logits");
      assertNear(task.loss(pass, reference.batch).getFloat(), reference.loss, FORWARD, "loss");
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void everySiteHasTheReferencesInputAndHiddenGradient(EncoderCase reference) {
    Map<String, HostTensor> expected = reference.tensors("sites.safetensors");
    try (Safetensors weights = reference.weights();
        EncoderClassifier model = reference.model(manager, weights);
        SequenceClassification task = new SequenceClassification(manager, model);
        Scope scope = Scope.open(manager)) {
      List<Site> sites = new ArrayList<>();
      for (Linear module : modules(model).values()) {
        if (expected.containsKey(module.name() + ".x")) {
          sites.add(
              new Site(module, LinearAdapter.fresh(manager, module.in(), module.out(), false)));
        }
      }
      assertEquals(expected.size(), 2 * sites.size(), "all sites of the reference are found");
      ServerPass pass =
          new ServerPass(new AdaptedLinears(sites, false), scope.manager(), arena, null);
      NDArray mean = task.loss(pass, reference.batch);
      assertNear(mean.getFloat(), reference.loss, FORWARD, "loss");
      Set<String> seen = new HashSet<>();
      pass.backward(
          mean,
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
  @MethodSource("encoders")
  void aSiteAloneHasTheSameHiddenGradient(EncoderCase reference) {
    Map<String, HostTensor> expected = reference.tensors("sites.safetensors");
    try (Safetensors weights = reference.weights();
        EncoderClassifier model = reference.model(manager, weights);
        SequenceClassification task = new SequenceClassification(manager, model)) {
      for (Linear module : modules(model).values()) {
        HostTensor gradient = expected.get(module.name() + ".grad");
        if (gradient == null) {
          continue; // the classifier's own
        }
        Site site =
            new Site(module, LinearAdapter.fresh(manager, module.in(), module.out(), false));
        List<String> seen = new ArrayList<>();
        try (Scope scope = Scope.open(manager)) {
          AdaptedLinears linears = new AdaptedLinears(List.of(site), false);
          ServerPass pass = new ServerPass(linears, scope.manager(), arena, null);
          pass.backward(
              task.loss(pass, reference.batch),
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

  /**
   * Rows of a head, or tokens of which the last layer computes each row's first only; what is not
   * computed has no gradient.
   */
  private void compare(
      EncoderCase reference, HostTensor expected, NDArray actual, boolean gradient, String what) {
    float[] all = expected.toFloats();
    int width = (int) expected.shape().get(expected.shape().dimension() - 1);
    float[] known;
    if (expected.shape().dimension() == 2) {
      known = reference.rowsOf(all, width);
    } else {
      boolean firstOnly = actual.getShape().get(0) == reference.rows.length;
      known = firstOnly ? reference.firstTokensOf(all, width) : reference.tokensOf(all, width);
      if (gradient) {
        for (float value : reference.remainderOf(all, width, firstOnly)) {
          assertEquals(
              0f,
              Math.abs(value),
              () -> what + ": the reference has a gradient where nothing is computed here");
        }
      }
    }
    assertNear(actual.toFloatArray(), known, GRADIENTS, what);
  }

  static Stream<Arguments> trainings() {
    return EncoderCase.all().stream()
        .flatMap(
            reference ->
                Stream.of("low-rank", "linear", "head")
                    .flatMap(
                        kind ->
                            Stream.of("sgd", "adamw")
                                .flatMap(
                                    optimizer ->
                                        Stream.of(false, true)
                                            .map(
                                                merged ->
                                                    Arguments.of(
                                                        reference, kind, optimizer, merged)))));
  }

  @ParameterizedTest(name = "{0}: {1}, {2}, merged {3}")
  @MethodSource("trainings")
  void tenStepsEqualBackPropagation(
      EncoderCase reference, String kind, String optimizerName, boolean merged) {
    JsonNode expected = reference.json("adapters", kind + "." + optimizerName + ".json");
    try (Safetensors weights = reference.weights();
        EncoderClassifier model = reference.model(manager, weights);
        SequenceClassification task = new SequenceClassification(manager, model)) {
      List<Site> sites = sites(model, reference.tensors("adapters", kind + ".init.safetensors"));
      Optimizer optimizer = optimizer(optimizerName, expected.get("optimizer"));
      try (InlineFit fit = new InlineFit(manager, sites, optimizer, OptionalDouble.empty())) {
        AdaptedLinears linears = new AdaptedLinears(sites, merged);
        MergedWeights mergedWeights = new MergedWeights(manager, sites);
        double lr = expected.get("optimizer").get("lr").asDouble();
        assertEquals(10, expected.get("losses").size());
        for (JsonNode expectedLoss : expected.get("losses")) {
          if (merged) {
            mergedWeights.merge();
          }
          try (Scope scope = Scope.open(manager)) {
            ServerPass pass = new ServerPass(linears, scope.manager(), arena, null);
            NDArray mean = task.loss(pass, reference.batch);
            assertNear(mean.getFloat(), expectedLoss.asDouble(), LOSSES, "loss");
            pass.backward(mean, data -> fit.gather(data, reference.rows.length));
            fit.endBatch(reference.rows.length);
            fit.step(lr);
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

  private List<Site> sites(EncoderClassifier model, Map<String, HostTensor> initial) {
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
    return arrays.containsKey("A")
        ? new LowRank(arrays.get("A"), arrays.get("B"), 1)
        : new LinearAdapter(arrays.get("W"), arrays.get("b"));
  }

  private Optimizer optimizer(String name, JsonNode settings) {
    Rule rule =
        name.equals("sgd")
            ? new Sgd(0, 0, false, 0)
            : new AdamW(
                settings.get("betas").get(0).asDouble(),
                settings.get("betas").get(1).asDouble(),
                settings.get("eps").asDouble(),
                settings.get("weight_decay").asDouble());
    return new Optimizer(manager, rule);
  }

  private static Map<String, Linear> modules(EncoderClassifier model) {
    Map<String, Linear> modules = new LinkedHashMap<>();
    model
        .groups()
        .forEach(group -> group.members().forEach(module -> modules.put(module.name(), module)));
    return modules;
  }
}
