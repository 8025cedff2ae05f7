package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.CausalCase;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.CausalLanguageModel;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.task.CausalLanguageModeling;
import io.github.cola4j.task.Loss;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.SeededRandom;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In decoder-only models, values are dropped by seed, and the gradients are those of what is left.
 */
class DecoderDropoutTest {
  private static final long SEED = 3;
  private static final double LOSS = 1e-5;
  private static final double GRADIENTS = 1e-4;
  private static final List<String> GPT2 = List.of("attn_pdrop", "resid_pdrop", "embd_pdrop");
  private static final List<String> OTHERS = List.of("attention_dropout");

  private final HostArena arena = new HostArena();
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

  static List<Arguments> dropouts() {
    return GoldenCase.all().stream()
        .filter(CausalCase.class::isInstance)
        .map(CausalCase.class::cast)
        .flatMap(reference -> keys(reference).map(key -> Arguments.of(reference, key)))
        .toList();
  }

  private static Stream<String> keys(CausalCase reference) {
    boolean gpt2 = reference.config().get("model_type").asText().equals("gpt2");
    return (gpt2 ? GPT2 : OTHERS).stream();
  }

  @ParameterizedTest
  @MethodSource("dropouts")
  void gradientLearningEqualsBackPropagation(CausalCase reference, String key) {
    ObjectNode config = (ObjectNode) reference.config();
    try (Weights weights = reference.weights()) {
      double plain = loss(config, weights);
      config.put(key, 0.2);
      try (CausalLanguageModel model = CausalLanguageModel.load(manager, config, weights);
          CausalLanguageModeling task = new CausalLanguageModeling(manager, model)) {
        List<Site> sites = sites(model);
        PackedBatch batch = batch();
        Pass first = decoupled(task, batch, sites, SEED);
        assertNotEquals(plain, first.loss, "something is dropped");
        Pass again = decoupled(task, batch, sites, SEED);
        assertEquals(first.loss, again.loss);
        first.gradients.forEach(
            (name, gradient) -> assertArrayEquals(gradient, again.gradients.get(name), name));
        assertNotEquals(first.loss, decoupled(task, batch, sites, SEED + 1).loss);

        Pass coupled = coupled(task, batch, sites);
        assertNear(first.loss, coupled.loss, LOSS, "loss");
        assertEquals(coupled.gradients.keySet(), first.gradients.keySet());
        assertTrue(!coupled.gradients.isEmpty());
        coupled.gradients.forEach(
            (name, gradient) -> assertNear(first.gradients.get(name), gradient, GRADIENTS, name));
      }
    }
  }

  /** The loss of a model with these settings and the same adapters. */
  private double loss(ObjectNode config, Weights weights) {
    try (CausalLanguageModel model = CausalLanguageModel.load(manager, config, weights);
        CausalLanguageModeling task = new CausalLanguageModeling(manager, model)) {
      return decoupled(task, batch(), sites(model), SEED).loss;
    }
  }

  /** A loss, and the gradients of the adapters' parameters. */
  private record Pass(double loss, Map<String, float[]> gradients) {}

  private Pass decoupled(
      CausalLanguageModeling task, PackedBatch batch, List<Site> sites, long seed) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (Scope scope = Scope.open(manager)) {
      DropoutMasks masks = new DropoutMasks(seed, 0, arena);
      AdaptedModules linears = new AdaptedModules(sites, false);
      ServerPass pass = new ServerPass(linears, scope.manager(), arena, masks);
      Loss loss = task.loss(pass, batch);
      double mean = loss.mean().getFloat();
      pass.backward(
          loss.made(),
          loss.gradient(),
          data ->
              data.site()
                  .adapter()
                  .gradients(data.x(), data.hiddenGradient())
                  .forEach(
                      (name, gradient) ->
                          gradients.put(data.site().name() + "." + name, gradient.toFloatArray())));
      return new Pass(mean, gradients);
    } finally {
      arena.reset();
    }
  }

  private Pass coupled(CausalLanguageModeling task, PackedBatch batch, List<Site> sites) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (Scope scope = Scope.open(manager)) {
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      for (Site site : sites) {
        site.adapter()
            .parameters()
            .forEach((name, array) -> leaves.put(site.name() + "." + name, Autograd.leaf(array)));
      }
      DropoutMasks masks = new DropoutMasks(SEED, 0, arena);
      Autograd.record(true);
      Loss loss = task.loss(new Coupled(scope.manager(), arena, masks, leaves), batch);
      Autograd.record(false);
      double mean = loss.mean().getFloat();
      Autograd.backward(loss.made(), loss.gradient());
      leaves.forEach((name, leaf) -> gradients.put(name, Autograd.gradient(leaf).toFloatArray()));
      return new Pass(mean, gradients);
    } finally {
      arena.reset();
    }
  }

  /** Attention's and the feed-forward part's, so that every mask lies above a site. */
  private List<Site> sites(CausalLanguageModel model) {
    return PeftSites.modules(model).values().stream()
        .filter(module -> module.name().matches(".*\\.(q_proj|v_proj|up_proj|c_attn|c_fc)"))
        .map(
            module -> {
              Random random = SeededRandom.of(SEED, module.name());
              LowRank adapter =
                  LowRank.fresh(
                      manager,
                      Start.linear(module.in(), module.out()),
                      new LowRank.Hyper(4, 1, 0),
                      random);
              // A fresh B is zero, and so would the gradient of A be.
              NDArray b = adapter.parameters().get("B");
              float[] values = new float[(int) b.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.1 * random.nextGaussian());
              }
              b.addi(manager.create(values, b.getShape()));
              return new Site(module, adapter);
            })
        .toList();
  }

  /** Some blocks are padded, some rows are longer than a window. */
  private static PackedBatch batch() {
    Random random = new Random(SEED);
    List<Example> rows = new ArrayList<>();
    for (int row = 0; row < 6; row++) {
      int[] ids = random.ints(3 + random.nextInt(20), 5, 290).toArray();
      rows.add(new Example(ids, new int[ids.length], ids, 0, row));
    }
    return PackedBatch.of(rows);
  }
}
