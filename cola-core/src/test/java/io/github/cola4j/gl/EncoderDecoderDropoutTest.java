package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.golden.SequenceToSequenceCase;
import io.github.cola4j.model.Bart;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.SequenceToSequence;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values are dropped by seed, and the gradients are those of what is left. */
class EncoderDecoderDropoutTest {
  private static final long SEED = 3;
  private static final double LOSS = 1e-5;
  private static final double GRADIENTS = 1e-4;

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

  @ParameterizedTest
  @ValueSource(strings = {"dropout", "attention_dropout", "activation_dropout"})
  void gradientLearningEqualsBackPropagation(String key) {
    GoldenCase bart =
        GoldenCase.all().stream()
            .filter(SequenceToSequenceCase.class::isInstance)
            .findFirst()
            .orElseThrow();
    ObjectNode config = (ObjectNode) bart.config();
    config.put(key, 0.2);
    try (Weights weights = bart.weights();
        Bart model = Bart.load(manager, config, weights);
        SequenceToSequence task = new SequenceToSequence(manager, model)) {
      List<Site> sites = sites(model);
      PackedBatch batch = batch();
      Pass first = decoupled(task, batch, sites, SEED);
      Pass again = decoupled(task, batch, sites, SEED);
      assertEquals(first.loss, again.loss);
      first.gradients.forEach(
          (name, gradient) -> assertArrayEquals(gradient, again.gradients.get(name), name));
      assertNotEquals(first.loss, decoupled(task, batch, sites, SEED + 1).loss);

      Pass coupled = coupled(task, batch, sites);
      assertNear(first.loss, coupled.loss, LOSS, "loss");
      assertEquals(coupled.gradients.keySet(), first.gradients.keySet());
      coupled.gradients.forEach(
          (name, gradient) -> assertNear(first.gradients.get(name), gradient, GRADIENTS, name));
    }
  }

  /** A loss, and the gradients of the adapters' parameters. */
  private record Pass(double loss, Map<String, float[]> gradients) {}

  private Pass decoupled(SequenceToSequence task, PackedBatch batch, List<Site> sites, long seed) {
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

  private Pass coupled(SequenceToSequence task, PackedBatch batch, List<Site> sites) {
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

  private List<Site> sites(Bart model) {
    return PeftSites.modules(model).values().stream()
        .filter(module -> module.name().matches(".*\\.(q_proj|v_proj|fc1)"))
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
              b.addi(manager.randomNormal(0, 0.1f, b.getShape(), b.getDataType()));
              return new Site(module, adapter);
            })
        .toList();
  }

  private static PackedBatch batch() {
    Random random = new Random(SEED);
    List<Example> rows = new ArrayList<>();
    for (int row = 0; row < 6; row++) {
      int[] ids = random.ints(3 + random.nextInt(20), 5, 290).toArray();
      int[] labels = random.ints(1 + random.nextInt(20), 5, 290).toArray();
      rows.add(new Example(ids, new int[ids.length], labels, 0, row));
    }
    return PackedBatch.of(rows);
  }
}
