package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.SeededRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A base that may drop values while adapters beside it are trained, and a batch. */
record DropoutCase(
    NDManager manager,
    HostArena arena,
    Objective<PackedBatch> task,
    List<Site> sites,
    PackedBatch batch) {
  private static final long SEED = 3;
  private static final double LOSS = 1e-5;
  private static final double GRADIENTS = 1e-4;

  /**
   * @param targets a pattern of the names of the modules that get adapters
   */
  static DropoutCase of(
      NDManager manager,
      BaseModel model,
      Objective<PackedBatch> task,
      String targets,
      PackedBatch batch) {
    List<Site> sites =
        PeftSites.modules(model).values().stream()
            .filter(module -> module.name().matches(targets))
            .map(module -> new Site(module, adapter(manager, module)))
            .toList();
    return new DropoutCase(manager, new HostArena(), task, sites, batch);
  }

  private static LowRank adapter(NDManager manager, BaseModule module) {
    Random random = SeededRandom.of(SEED, module.name());
    LowRank adapter =
        LowRank.fresh(
            manager, Start.linear(module.in(), module.out()), new LowRank.Hyper(4, 1, 0), random);
    // A fresh B is zero, and so would the gradient of A be.
    NDArray b = adapter.parameters().get("B");
    float[] values = new float[(int) b.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.1 * random.nextGaussian());
    }
    b.addi(manager.create(values, b.getShape()));
    return adapter;
  }

  /** With what is dropped first. */
  double loss() {
    return decoupled(SEED).loss;
  }

  /** Values are dropped by seed, and the gradients are those of what is left. */
  void assertGradientsAreThoseOfBackPropagation() {
    Pass first = decoupled(SEED);
    Pass again = decoupled(SEED);
    assertEquals(first.loss, again.loss);
    first.gradients.forEach(
        (name, gradient) -> assertArrayEquals(gradient, again.gradients.get(name), name));
    assertNotEquals(first.loss, decoupled(SEED + 1).loss);

    Pass coupled = coupled();
    assertNear(first.loss, coupled.loss, LOSS, "loss");
    assertEquals(coupled.gradients.keySet(), first.gradients.keySet());
    assertFalse(coupled.gradients.isEmpty());
    coupled.gradients.forEach(
        (name, gradient) -> assertNear(first.gradients.get(name), gradient, GRADIENTS, name));
  }

  /** A loss, and the gradients of the adapters' parameters. */
  private record Pass(double loss, Map<String, float[]> gradients) {}

  private Pass decoupled(long seed) {
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

  private Pass coupled() {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (Scope scope = Scope.open(manager)) {
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      for (Site site : sites) {
        site.adapter()
            .parameters()
            .forEach((name, array) -> leaves.put(site.name() + "." + name, Autograd.leaf(array)));
      }
      Coupled pass = new Coupled(scope.manager(), arena, new DropoutMasks(SEED, 0, arena), leaves);
      Loss loss = Autograd.recorded(() -> task.loss(pass, batch));
      double mean = loss.mean().getFloat();
      Autograd.backward(loss.made(), loss.gradient());
      leaves.forEach((name, leaf) -> gradients.put(name, Autograd.gradient(leaf).toFloatArray()));
      return new Pass(mean, gradients);
    } finally {
      arena.reset();
    }
  }
}
