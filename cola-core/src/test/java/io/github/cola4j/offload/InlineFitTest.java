package io.github.cola4j.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.Form;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Mlp;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.gl.AdaptationData;
import io.github.cola4j.gl.Site;
import io.github.cola4j.golden.Difference;
import io.github.cola4j.model.Linear;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Rule;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A fit minimizes ½‖g(x; w) − (g(x; w_t) − α∇ĥ)‖² (design of the method, ColA equation 6 with α):
 * its steps are compared with those of a loop that writes the objective down and asks autograd. In
 * float64.
 */
class InlineFitTest {
  private static final double EXACT = 1e-12;
  private static final double RATE = 0.05;
  private static final int IN = 6;
  private static final int OUT = 4;

  private final Random random = new Random(11);
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

  /** A batch's share of one site, the loss being the mean of so many items. */
  private record Part(NDArray x, NDArray hiddenGradient, long items) {}

  private NDArray drawn(long... shape) {
    return new Start(Form.LINEAR, IN, OUT, DataType.FLOAT64)
        .drawn(manager, new Shape(shape), random::nextGaussian);
  }

  private Site site(String name, Adapter adapter) {
    return new Site(new Linear(name, drawn(OUT, IN), null, (weight, bias) -> {}), adapter);
  }

  private Adapter adapter(String kind) {
    Start start = new Start(Form.LINEAR, IN, OUT, DataType.FLOAT64);
    Adapter adapter =
        switch (kind) {
          case "low-rank" -> LowRank.fresh(manager, start, new LowRank.Hyper(2, 3.5, 0), random);
          case "linear" -> LinearAdapter.fresh(manager, start, true);
          default -> Mlp.fresh(manager, start, List.of(5), Activation::tanh, random);
        };
    // As if something had been learned: B is zero in a fresh one, and A would not move.
    adapter
        .parameters()
        .values()
        .forEach(array -> Assign.values(array, drawn(array.getShape().getShape()).mul(0.3)));
    return adapter;
  }

  private static Rule rule(String name) {
    return name.equals("sgd") ? new Sgd(0.9, 0, true, 0.01) : new AdamW(0.9, 0.999, 1e-8, 0.01);
  }

  @ParameterizedTest
  @CsvSource({
    "low-rank, sgd, 1",
    "low-rank, sgd, 3",
    "low-rank, adamw, 3",
    "linear, sgd, 1",
    "linear, adamw, 3",
    "mlp, sgd, 3",
    "mlp, adamw, 1"
  })
  void aFitTakesTheStepsOfItsObjective(String kind, String optimizer, int steps) {
    Adapter adapter = adapter(kind);
    Site site = site("a", adapter);
    List<Part> interval =
        List.of(new Part(drawn(7, IN), drawn(7, OUT), 7), new Part(drawn(3, IN), drawn(3, OUT), 5));
    Map<String, double[]> expected =
        byObjective(adapter, kind, interval, rule(optimizer), steps, 12);
    try (InlineFit fit =
        new InlineFit(
            manager,
            List.of(site),
            0,
            new Optimizer(manager, rule(optimizer)),
            Clipping.NONE,
            steps)) {
      assertFalse(fit.due());
      for (Part part : interval) {
        fit.gather(new AdaptationData(site, 0, part.x, part.hiddenGradient), part.items);
        fit.endBatch(part.items);
      }
      assertTrue(fit.due());
      fit.fit(RATE);
      assertEquals(1, fit.fits());
      assertEquals(steps, fit.optimizer().steps());
      assertFalse(fit.due());
    }
    assertSame(expected, adapter);
  }

  /** Many steps come to where the objective has its minimum; one is not there. */
  @Test
  void manyStepsReachTheTarget() {
    for (int steps : new int[] {1, 4000}) {
      Adapter adapter = adapter("linear");
      NDArray x = drawn(5, IN); // fewer rows than inputs: any target can be reached
      NDArray hiddenGradient = drawn(5, OUT);
      NDArray target = adapter.forward(x).sub(hiddenGradient);
      Site site = site("a", adapter);
      try (InlineFit fit =
          new InlineFit(
              manager,
              List.of(site),
              0,
              new Optimizer(manager, new Sgd(0, 0, false, 0)),
              Clipping.NONE,
              steps)) {
        fit.gather(new AdaptationData(site, 0, x, hiddenGradient), 1);
        fit.endBatch(1);
        fit.fit(0.05);
      }
      double off = Difference.relative(floats(adapter.forward(x)), floats(target));
      assertTrue(steps == 1 ? off > 0.1 : off < 1e-3, steps + " steps are off by " + off);
    }
  }

  @Test
  void oneStepAsksForNothingBeyondTheGradient() {
    Adapter one = adapter("mlp");
    Site site = site("a", one);
    Map<String, NDArray> gradients;
    NDArray x = drawn(4, IN);
    NDArray hiddenGradient = drawn(4, OUT);
    gradients = one.gradients(x, hiddenGradient);
    Map<String, double[]> expected = new LinkedHashMap<>();
    one.parameters()
        .forEach(
            (name, array) ->
                expected.put(name, array.sub(gradients.get(name).mul(RATE)).toDoubleArray()));
    try (InlineFit fit =
        new InlineFit(manager, List.of(site), new Optimizer(manager, new Sgd(0, 0, false, 0)))) {
      fit.gather(new AdaptationData(site, 0, x, hiddenGradient), 9);
      fit.endBatch(9);
      fit.fit(RATE);
    }
    assertSame(expected, one);
  }

  /** With a normalization of the user's own the mean is over other items than the batch's. */
  @Test
  void theMeanIsOverTheItemsThatAreTold() {
    Adapter adapter = adapter("low-rank");
    Site site = site("a", adapter);
    List<Part> interval = List.of(new Part(drawn(7, IN), drawn(7, OUT), 7));
    Map<String, double[]> expected = byObjective(adapter, "low-rank", interval, rule("sgd"), 2, 3);
    try (InlineFit fit =
        new InlineFit(
            manager, List.of(site), 0, new Optimizer(manager, rule("sgd")), Clipping.NONE, 2)) {
      fit.gather(new AdaptationData(site, 0, interval.get(0).x, interval.get(0).hiddenGradient), 7);
      fit.endBatch(3);
      fit.fit(RATE);
    }
    assertSame(expected, adapter);
  }

  /**
   * The loop.
   *
   * @param items that the gradient of the interval is the mean of
   */
  private Map<String, double[]> byObjective(
      Adapter adapter, String kind, List<Part> interval, Rule rule, int steps, long items) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    adapter.parameters().forEach((name, array) -> parameters.put(name, array.duplicate()));
    double alpha = kind.equals("low-rank") ? 3.5 : 1;
    List<NDArray> targets = new ArrayList<>();
    for (Part part : interval) {
      NDArray gradient = part.hiddenGradient.mul((double) part.items / items);
      targets.add(value(kind, parameters, part.x).sub(gradient.mul(alpha)));
    }
    try (Optimizer optimizer = new Optimizer(manager, rule)) {
      for (int step = 0; step < steps; step++) {
        Map<String, NDArray> leaves = new LinkedHashMap<>();
        parameters.forEach((name, array) -> leaves.put(name, Autograd.leaf(array)));
        NDArray objective =
            Autograd.recorded(
                () -> {
                  NDArray sum = manager.create(0.0);
                  for (int i = 0; i < targets.size(); i++) {
                    NDArray off = value(kind, leaves, interval.get(i).x).sub(targets.get(i));
                    sum = sum.add(off.mul(off).sum().mul(0.5));
                  }
                  return sum;
                });
        Autograd.backward(objective, manager.create(1.0));
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        leaves.forEach((name, leaf) -> gradients.put(name, Autograd.gradient(leaf)));
        optimizer.step(manager, parameters, gradients, RATE);
      }
    }
    Map<String, double[]> result = new LinkedHashMap<>();
    parameters.forEach((name, array) -> result.put(name, array.toDoubleArray()));
    return result;
  }

  /** g(x; w), without α. */
  private static NDArray value(String kind, Map<String, NDArray> w, NDArray x) {
    return switch (kind) {
      case "low-rank" -> x.matMul(w.get("A").transpose()).matMul(w.get("B").transpose());
      case "linear" -> x.matMul(w.get("W").transpose()).add(w.get("b"));
      default ->
          x.matMul(w.get("W1").transpose())
              .add(w.get("b1"))
              .tanh()
              .matMul(w.get("W2").transpose())
              .add(w.get("b2"));
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"GLOBAL", "ADAPTER"})
  void normsAreThoseOfTheirScope(String scope) {
    double limit = 0.7;
    Site small = site("small", adapter("linear"));
    Site large = site("large", adapter("low-rank"));
    Map<Site, Part> parts =
        Map.of(
            small, new Part(drawn(3, IN), drawn(3, OUT).mul(0.01), 3),
            large, new Part(drawn(8, IN), drawn(8, OUT).mul(5), 8));
    Map<Site, Double> norms = new LinkedHashMap<>();
    Map<Site, Map<String, double[]>> gradients = new LinkedHashMap<>();
    for (Site site : List.of(small, large)) {
      Part part = parts.get(site);
      double squares = 0;
      Map<String, double[]> own = new LinkedHashMap<>();
      for (Map.Entry<String, NDArray> gradient :
          site.adapter().gradients(part.x, part.hiddenGradient).entrySet()) {
        double[] values = gradient.getValue().toDoubleArray();
        own.put(gradient.getKey(), values);
        for (double value : values) {
          squares += value * value;
        }
      }
      gradients.put(site, own);
      norms.put(site, Math.sqrt(squares));
    }
    assertTrue(norms.get(small) < limit && norms.get(large) > limit, norms::toString);
    double global = Math.hypot(norms.get(small), norms.get(large));

    Map<Site, Map<String, double[]>> before = new LinkedHashMap<>();
    parts.keySet().forEach(site -> before.put(site, values(site.adapter())));
    try (InlineFit fit =
        new InlineFit(
            manager,
            List.of(small, large),
            0,
            new Optimizer(manager, new Sgd(0, 0, false, 0)),
            new Clipping(limit, Clipping.Scope.valueOf(scope)),
            1)) {
      parts.forEach(
          (site, part) -> fit.gather(new AdaptationData(site, 0, part.x, part.hiddenGradient), 4));
      fit.endBatch(4);
      fit.fit(1);
    }
    for (Site site : parts.keySet()) {
      double norm = scope.equals("GLOBAL") ? global : norms.get(site);
      double scale = Math.min(1, limit / (norm + 1e-6));
      Map<String, double[]> after = values(site.adapter());
      gradients
          .get(site)
          .forEach(
              (name, gradient) -> {
                double[] expected = before.get(site).get(name).clone();
                for (int i = 0; i < expected.length; i++) {
                  expected[i] -= scale * gradient[i];
                }
                assertArrayEquals(expected, after.get(name), EXACT, site.name() + "." + name);
              });
    }
  }

  /** The others' gradients are no part of a user's norm, and an interval without data no step. */
  @Test
  void whatWasNotGatheredDoesNotCount() {
    Adapter adapter = adapter("low-rank");
    Site site = site("a", adapter);
    Site idle = site("b", adapter("low-rank"));
    Map<String, double[]> before = values(adapter);
    Map<String, double[]> untouched = values(idle.adapter());
    try (InlineFit fit =
        new InlineFit(
            manager,
            List.of(site, idle),
            0,
            new Optimizer(manager, new AdamW(0.9, 0.999, 1e-8, 0.5)),
            Clipping.NONE,
            2)) {
      fit.endBatch(40);
      assertFalse(fit.due());
      fit.skip();
      assertEquals(0, fit.fits());
      assertSame(before, adapter);

      Part part = new Part(drawn(2, IN), drawn(2, OUT), 2);
      fit.gather(new AdaptationData(site, 0, part.x, part.hiddenGradient), 2);
      fit.endBatch(2);
      Map<String, double[]> expected =
          byObjective(adapter, "low-rank", List.of(part), new AdamW(0.9, 0.999, 1e-8, 0.5), 2, 2);
      fit.fit(RATE);
      assertSame(expected, adapter); // the 40 items of the skipped interval are forgotten
      assertSame(untouched, idle.adapter());
    }
  }

  private static Map<String, double[]> values(Adapter adapter) {
    Map<String, double[]> values = new LinkedHashMap<>();
    adapter.parameters().forEach((name, array) -> values.put(name, array.toDoubleArray()));
    return values;
  }

  private static void assertSame(Map<String, double[]> expected, Adapter adapter) {
    Map<String, double[]> found = values(adapter);
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), EXACT, name));
  }

  private static float[] floats(NDArray array) {
    return array.toType(DataType.FLOAT32, false).toFloatArray();
  }
}
