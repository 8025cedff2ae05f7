package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.ModuleShape;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.tensor.Assign;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In float64, for every kind of adapter beside every kind of module of a block: gradient learning,
 * back-propagation through everything, and finite differences of the loss agree.
 */
class BlockGradientTest {
  private static final double ROUNDING = 1e-12;
  private static final double DIFFERENCES = 1e-6;
  private static final double STEP = 1e-6; // so small that no ReLU turns over
  private static final int COORDINATES = 24; // of each parameter
  private static final int STEPS = 10;

  private final HostArena arena = new HostArena();
  private NDManager manager;
  private ModuleShapes shapes;
  private BlockModel model;
  private NDArray input;
  private NDArray targets;
  private List<Site> sites;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
    shapes = new ModuleShapes(manager);
  }

  @AfterEach
  void free() {
    Autograd.record(false);
    if (model != null) {
      model.close();
    }
    shapes.close();
    manager.close();
  }

  private void open(BlockCase block, AdapterCase kind) {
    model = new BlockModel(manager, block.block(manager));
    assertEquals(Map.of(), model.obstacles());
    input = block.input(manager);
    targets =
        BlockCase.drawn(manager, "targets", new Shape(BlockCase.ROWS, BlockCase.CLASSES)).square();
    sites = sites(kind);
    assertFalse(sites.isEmpty());
  }

  private List<Site> sites(AdapterCase kind) {
    List<Site> fitting = new ArrayList<>();
    for (BaseModule module : model.modules()) {
      ModuleShape shape = shapes.of(module);
      if (kind.fits(shape)) {
        Map<String, NDArray> parameters = kind.parameters(manager, module.name(), shape);
        fitting.add(new Site(module, kind.over(manager, shape, parameters)));
      }
    }
    return fitting;
  }

  static Stream<Arguments> everyKindBesideEveryModule() {
    return Stream.of(BlockCase.values())
        .flatMap(block -> Stream.of(AdapterCase.values()).map(kind -> Arguments.of(block, kind)));
  }

  @ParameterizedTest
  @MethodSource("everyKindBesideEveryModule")
  void gradientsAreThoseOfBackPropagationAndOfFiniteDifferences(BlockCase block, AdapterCase kind) {
    open(block, kind);
    Map<String, double[]> learned = learned();
    Map<String, double[]> propagated = propagated(kind);
    assertEquals(propagated.keySet(), learned.keySet());
    for (Site site : sites) {
      // A constant below a batch norm has no gradient of its own, only its adapter as a whole has.
      double size = 0;
      for (String name : site.adapter().parameters().keySet()) {
        size = Math.hypot(size, norm(propagated.get(site.name() + "." + name)));
      }
      assertTrue(size > 1e-3, site.name() + " has a gradient worth comparing");
      for (Map.Entry<String, NDArray> parameter : site.adapter().parameters().entrySet()) {
        String name = site.name() + "." + parameter.getKey();
        double off = distance(learned.get(name), propagated.get(name)) / size;
        assertTrue(off <= ROUNDING, name + " is off by " + off + " from back-propagation");
        off = fromDifferences(name, parameter.getValue(), learned.get(name)) / size;
        assertTrue(off <= DIFFERENCES, name + " is off by " + off + " from finite differences");
      }
    }
  }

  /** How far some coordinates of a gradient are from central differences of the loss. */
  private double fromDifferences(String name, NDArray parameter, double[] gradient) {
    double[] values = parameter.toDoubleArray();
    Random random = SeededRandom.of(3, name);
    int[] coordinates =
        values.length <= COORDINATES
            ? random.ints(0, values.length).distinct().limit(values.length).toArray()
            : random.ints(0, values.length).distinct().limit(COORDINATES).toArray();
    double[] expected = new double[coordinates.length];
    double[] actual = new double[coordinates.length];
    for (int i = 0; i < coordinates.length; i++) {
      int at = coordinates[i];
      actual[i] = gradient[at];
      expected[i] =
          (loss(parameter, values, at, STEP) - loss(parameter, values, at, -STEP)) / (2 * STEP);
    }
    loss(parameter, values, 0, 0);
    return distance(actual, expected);
  }

  /** The loss with one value of a parameter moved. */
  private double loss(NDArray parameter, double[] values, int at, double step) {
    double before = values[at];
    values[at] = before + step;
    try (Scope scope = Scope.open(manager)) {
      Assign.values(parameter, scope.manager().create(values, parameter.getShape()));
      ServerPass pass =
          new ServerPass(new AdaptedModules(sites, false), scope.manager(), arena, null);
      return loss(model.output(pass, input)).getDouble();
    } finally {
      Autograd.record(false);
      values[at] = before;
    }
  }

  /** Something curved in all of the block's outputs. */
  private NDArray loss(NDArray logits) {
    return logits.logSoftmax(1).mul(targets).sum().neg();
  }

  /** The gradients by gradient learning. */
  private Map<String, double[]> learned() {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(new AdaptedModules(sites, false), scope.manager(), arena, null);
      NDArray loss = loss(model.output(pass, input));
      pass.backward(
          loss,
          scope.manager().ones(loss.getShape(), loss.getDataType()),
          data ->
              data.adapter()
                  .gradients(data.x(), data.hiddenGradient())
                  .forEach(
                      (name, gradient) ->
                          gradients.merge(
                              data.site().name() + "." + name,
                              gradient.toDoubleArray(),
                              BlockGradientTest::sum)));
    }
    return gradients;
  }

  /** The gradients by back-propagation through everything. */
  private Map<String, double[]> propagated(AdapterCase kind) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    try (Scope scope = Scope.open(manager)) {
      propagate(kind, scope)
          .forEach((name, gradient) -> gradients.put(name, gradient.toDoubleArray()));
    }
    return gradients;
  }

  private Map<String, NDArray> propagate(AdapterCase kind, Scope scope) {
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    Map<String, Adapter> adapters = new LinkedHashMap<>();
    Autograd.record(true);
    for (Site site : sites) {
      Map<String, NDArray> own = new LinkedHashMap<>();
      site.adapter().parameters().forEach((name, array) -> own.put(name, Autograd.leaf(array)));
      own.forEach((name, leaf) -> leaves.put(site.name() + "." + name, leaf));
      adapters.put(site.name(), kind.over(scope.manager(), shapes.of(site.module()), own));
    }
    NDArray loss =
        loss(model.output(new BlockBackPropagation(scope.manager(), arena, adapters), input));
    Autograd.backward(loss, scope.manager().ones(loss.getShape(), loss.getDataType()));
    Autograd.record(false);
    Map<String, NDArray> gradients = new LinkedHashMap<>();
    leaves.forEach((name, leaf) -> gradients.put(name, Autograd.gradient(leaf)));
    return gradients;
  }

  @ParameterizedTest
  @EnumSource(AdapterCase.class)
  void tenStepsOfStochasticGradientDescentAreThoseOfBackPropagation(AdapterCase kind) {
    tenSteps(kind, new Sgd(0.9, 0, true, 5e-4), 0.01);
  }

  @ParameterizedTest
  @EnumSource(AdapterCase.class)
  void tenStepsOfAdamAreThoseOfBackPropagation(AdapterCase kind) {
    tenSteps(kind, new AdamW(0.9, 0.999, 1e-4, 0.01), 1e-2);
  }

  private void tenSteps(AdapterCase kind, Rule rule, double learningRate) {
    for (BlockCase block : List.of(BlockCase.FIELDS, BlockCase.WORDS)) {
      open(block, kind);
      Map<String, double[]> start = parameters();
      try (InlineFit fit = new InlineFit(manager, sites, new Optimizer(manager, rule))) {
        for (int step = 0; step < STEPS; step++) {
          try (Scope scope = Scope.open(manager)) {
            ServerPass pass =
                new ServerPass(new AdaptedModules(sites, false), scope.manager(), arena, null);
            NDArray loss = loss(model.output(pass, input));
            pass.backward(
                loss,
                scope.manager().ones(loss.getShape(), loss.getDataType()),
                data -> fit.gather(data, BlockCase.ROWS));
            fit.endBatch(BlockCase.ROWS);
          }
          fit.fit(learningRate);
        }
      }
      Map<String, double[]> learned = parameters();
      model.close();

      open(block, kind);
      assertEquals(start.keySet(), parameters().keySet());
      try (Optimizer optimizer = new Optimizer(manager, rule)) {
        for (int step = 0; step < STEPS; step++) {
          try (Scope scope = Scope.open(manager)) {
            Map<String, NDArray> all = new LinkedHashMap<>();
            sites.forEach(
                site ->
                    site.adapter()
                        .parameters()
                        .forEach((name, array) -> all.put(site.name() + "." + name, array)));
            optimizer.step(scope.manager(), all, propagate(kind, scope), learningRate);
          }
        }
      }
      Map<String, double[]> propagated = parameters();
      propagated.forEach(
          (name, values) -> {
            assertTrue(distance(values, start.get(name)) > 1e-4, name + " learned something");
            assertNear(learned.get(name), values, ROUNDING, name + " after ten steps");
          });
      model.close();
    }
  }

  private Map<String, double[]> parameters() {
    Map<String, double[]> values = new LinkedHashMap<>();
    sites.forEach(
        site ->
            site.adapter()
                .parameters()
                .forEach(
                    (name, array) -> values.put(site.name() + "." + name, array.toDoubleArray())));
    return values;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static double distance(double[] a, double[] b) {
    assertEquals(a.length, b.length);
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }

  private static double norm(double[] a) {
    return distance(a, new double[a.length]);
  }
}
