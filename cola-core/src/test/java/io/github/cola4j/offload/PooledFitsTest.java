package io.github.cola4j.offload;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import io.github.cola4j.spec.OffloadSpec;
import io.github.cola4j.spec.OffloadSpec.RowType;
import io.github.cola4j.spec.OffloadSpec.Send;
import io.github.cola4j.tensor.Assign;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fits in a pool beside inline fits, and beside loops that are written down straight. */
@Timeout(120)
class PooledFitsTest {
  private static final double RATE = 0.05;
  private static final int IN = 6;
  private static final int OUT = 4;
  private static final int ROWS = 7;

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

  private static OffloadSpec asked(int workers, int staleness, Send send, RowType type) {
    return new OffloadSpec(
        Optional.of(new io.github.cola4j.spec.Device.Cpu()),
        workers,
        Optional.empty(),
        staleness,
        1,
        send,
        type);
  }

  private static OffloadSpec rows(int staleness) {
    return asked(1, staleness, Send.ROWS, RowType.FLOAT32);
  }

  private PooledFits pool(OffloadSpec asked, int interval, List<Site> sites, int users, Rule rule) {
    return new PooledFits(
        manager, Device.cpu(), asked, 1, interval, sites, users, maker(rule, Clipping.NONE));
  }

  private static Fits.Maker maker(Rule rule, Clipping clipping) {
    return (m, sites, user) -> new InlineFit(m, sites, user, new Optimizer(m, rule), clipping, 1);
  }

  /** What a site's adapter is drawn with, always the same. */
  private NDArray drawn(Random random, DataType type, long... shape) {
    return new Start(Form.LINEAR, IN, OUT, type)
        .drawn(manager, new Shape(shape), random::nextGaussian);
  }

  private Adapter adapter(String kind, DataType type, Random random) {
    Start start = new Start(Form.LINEAR, IN, OUT, type);
    Adapter adapter =
        switch (kind) {
          case "low-rank" -> LowRank.fresh(manager, start, new LowRank.Hyper(2, 3.5, 0), random);
          case "linear" -> LinearAdapter.fresh(manager, start, true);
          default -> Mlp.fresh(manager, start, List.of(5), Activation::tanh, random);
        };
    adapter
        .parameters()
        .values()
        .forEach(w -> Assign.values(w, drawn(random, type, w.getShape().getShape()).mul(0.3)));
    return adapter;
  }

  private Site site(String name, Map<Integer, Adapter> adapters) {
    NDArray weight = drawn(new Random(3), DataType.FLOAT32, OUT, IN);
    return new Site(new Linear(name, weight, null, (w, b) -> {}), new TreeMap<>(adapters));
  }

  private Site site(Adapter adapter) {
    return site("a", Map.of(0, adapter));
  }

  private static Rule rule(String name) {
    return name.equals("sgd") ? new Sgd(0.9, 0, true, 0.01) : new AdamW(0.9, 0.999, 1e-8, 0.01);
  }

  private static Map<String, double[]> values(Map<String, NDArray> parameters) {
    Map<String, double[]> values = new LinkedHashMap<>();
    parameters.forEach(
        (name, w) ->
            values.put(
                name,
                w.getDataType() == DataType.FLOAT64
                    ? w.toDoubleArray()
                    : w.toType(DataType.FLOAT64, false).toDoubleArray()));
    return values;
  }

  private static void assertEqual(Map<String, double[]> expected, Map<String, double[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, w) -> assertArrayEquals(w, found.get(name), name));
  }

  /**
   * Steps whose hidden gradients hang on the adapters that are served, as a server pass's do: ∇ĥ =
   * g(x) − y. Some users have no rows in some batches.
   */
  private void train(
      Fits fits, List<Site> sites, DataType type, int steps, int interval, int users) {
    Random random = new Random(1);
    for (int step = 0; step < steps; step++) {
      for (int batch = 0; batch < interval; batch++) {
        for (int user = 0; user < users; user++) {
          if (users > 1 && (step + user) % 3 == 0) {
            fits.endBatch(user, ROWS);
            continue;
          }
          try (Scope scope = Scope.open(manager)) {
            for (Site site : sites) {
              NDArray x = drawn(random, type, ROWS, IN);
              NDArray y = drawn(random, type, ROWS, OUT);
              NDArray gradient = site.adapter(user).orElseThrow().forward(x).sub(y).div(ROWS);
              fits.gather(
                  new AdaptationData(site, user, scope.keep(x, scope.manager()), gradient), ROWS);
            }
            fits.endBatch(user, ROWS);
          }
        }
      }
      fit(fits, users);
    }
    fits.catchUp();
  }

  private static void fit(Fits fits, int users) {
    Map<Integer, Double> rates = new TreeMap<>();
    for (int user = 0; user < users; user++) {
      if (fits.due(user)) {
        rates.put(user, RATE);
      }
    }
    fits.fit(rates);
    fits.update();
  }

  @ParameterizedTest
  @CsvSource({
    "low-rank, sgd, 1, 1, 1",
    "low-rank, adamw, 3, 5, 2",
    "linear, sgd, 3, 1, 1",
    "linear, adamw, 1, 5, 2",
    "mlp, sgd, 1, 5, 3",
    "mlp, adamw, 3, 1, 1"
  })
  void withoutStalenessTheBytesAreThoseOfInlineFits(
      String kind, String rule, int interval, int users, int workers) {
    List<Map<String, double[]>> ends = new ArrayList<>();
    for (boolean pooled : new boolean[] {false, true}) {
      List<Site> sites = new ArrayList<>();
      for (String name : List.of("a", "b")) {
        Map<Integer, Adapter> adapters = new TreeMap<>();
        for (int user = 0; user < users; user++) {
          adapters.put(user, adapter(kind, DataType.FLOAT32, new Random(user)));
        }
        sites.add(site(name, adapters));
      }
      Fits.Maker maker = maker(rule(rule), Clipping.global(0.5));
      try (Fits fits =
          pooled
              ? new PooledFits(
                  manager,
                  Device.cpu(),
                  asked(workers, 0, Send.ROWS, RowType.FLOAT32),
                  1,
                  interval,
                  sites,
                  users,
                  maker)
              : new InlineFits(manager, sites, users, maker)) {
        train(fits, sites, DataType.FLOAT32, 6, interval, users);
        Map<String, double[]> end = new LinkedHashMap<>();
        for (int user = 0; user < users; user++) {
          int owner = user;
          values(fits.served(user)).forEach((name, w) -> end.put(owner + name, w));
          values(fits.newest(user).optimizer().state())
              .forEach((name, w) -> end.put("state " + owner + name, w));
          end.put("fits " + user, new double[] {fits.fits(user), fits.newest(user).fits()});
        }
        ends.add(end);
        assertFalse(fits.behind());
        assertEquals(pooled, fits.traffic().movedBytes() > 0);
      }
    }
    assertEqual(ends.get(0), ends.get(1));
  }

  /**
   * With staleness 1: ∇ĥ_t comes from w_(t−2), the adapter's own derivatives from w_(t−1). The loop
   * keeps all parameters there ever were.
   */
  @ParameterizedTest
  @ValueSource(strings = {"low-rank", "linear", "mlp"})
  void withStalenessPassesSeeTheAdaptersOfOneFitEarlier(String kind) {
    int steps = 7;
    Sgd rule = new Sgd(0, 0, false, 0);
    Adapter reference = adapter(kind, DataType.FLOAT64, new Random(4));
    List<Map<String, NDArray>> history = new ArrayList<>(); // after each fit, from none
    history.add(copies(reference));
    Random random = new Random(1);
    for (int t = 1; t <= steps; t++) {
      NDArray x = drawn(random, DataType.FLOAT64, ROWS, IN);
      NDArray y = drawn(random, DataType.FLOAT64, ROWS, OUT);
      set(reference, history.get(Math.max(0, t - 2)));
      NDArray gradient = reference.forward(x).sub(y).div(ROWS);
      set(reference, history.get(t - 1));
      reference
          .gradients(x, gradient)
          .forEach((name, g) -> reference.parameters().get(name).subi(g.mul(RATE)));
      history.add(copies(reference));
    }
    for (int repeat = 0; repeat < 3; repeat++) {
      Adapter adapter = adapter(kind, DataType.FLOAT64, new Random(4));
      List<Site> sites = List.of(site(adapter));
      try (Fits fits = pool(rows(1), 1, sites, 1, rule)) {
        train(fits, sites, DataType.FLOAT64, steps, 1, 1);
        adapter
            .parameters()
            .forEach(
                (name, w) ->
                    assertNear(
                        w.toDoubleArray(),
                        history.get(steps).get(name).toDoubleArray(),
                        1e-12,
                        name));
      }
    }
  }

  private Map<String, NDArray> copies(Adapter adapter) {
    Map<String, NDArray> copies = new LinkedHashMap<>();
    adapter.parameters().forEach((name, w) -> copies.put(name, w.duplicate()));
    return copies;
  }

  private static void set(Adapter adapter, Map<String, NDArray> values) {
    adapter.parameters().forEach((name, w) -> Assign.values(w, values.get(name)));
  }

  /** What is stale, what is newest, and what a run that goes on begins with. */
  @Test
  void stalenessSurvivesARestart() {
    Sgd rule = new Sgd(0.9, 0, false, 0);
    Adapter straight = adapter("low-rank", DataType.FLOAT32, new Random(4));
    List<Site> sites = List.of(site(straight));
    Map<String, double[]> served;
    Map<String, double[]> newest;
    Map<String, double[]> end;
    Map<String, NDArray> state = new LinkedHashMap<>();
    NDArray x = drawn(new Random(1), DataType.FLOAT32, ROWS, IN);
    NDArray y = drawn(new Random(2), DataType.FLOAT32, ROWS, OUT);
    try (Fits fits = pool(rows(1), 1, sites, 1, rule)) {
      steps(fits, sites.get(0), x, y, 3);
      assertTrue(fits.behind());
      served = values(fits.served(0));
      newest = values(fits.newest(0).parameters());
      fits.newest(0)
          .optimizer()
          .state()
          .forEach((name, w) -> state.put(name, Owned.copy(manager, w)));
      assertTrue(differ(served, newest));
      steps(fits, sites.get(0), x, y, 3);
      assertTrue(fits.catchUp());
      assertFalse(fits.catchUp());
      end = values(fits.served(0));
    }
    Adapter resumed = adapter("low-rank", DataType.FLOAT32, new Random(5));
    List<Site> others = List.of(site(resumed));
    try (Fits fits = pool(rows(1), 1, others, 1, rule)) {
      InlineFit fit = fits.newest(0);
      newest.forEach((name, w) -> Assign.values(fit.parameters().get(name), floats(w, fit, name)));
      fit.optimizer().restore(3, state);
      fit.restore(3);
      Map<String, NDArray> stale = new LinkedHashMap<>();
      served.forEach((name, w) -> stale.put(name, floats(w, fit, name)));
      fits.restored(Map.of(0, stale));
      assertEquals(3, fits.fits(0));
      assertTrue(fits.behind());
      assertEqual(served, values(fits.served(0)));
      steps(fits, others.get(0), x, y, 3);
      fits.catchUp();
      assertEqual(end, values(fits.served(0)));
    }
  }

  private NDArray floats(double[] values, InlineFit fit, String name) {
    return manager
        .create(values, fit.parameters().get(name).getShape())
        .toType(DataType.FLOAT32, true);
  }

  private static boolean differ(Map<String, double[]> a, Map<String, double[]> b) {
    return a.keySet().stream().anyMatch(name -> !Arrays.equals(a.get(name), b.get(name)));
  }

  private void steps(Fits fits, Site site, NDArray x, NDArray y, int steps) {
    for (int step = 0; step < steps; step++) {
      try (Scope scope = Scope.open(manager)) {
        NDArray gradient = site.adapter().forward(x).sub(y).div(ROWS);
        fits.gather(new AdaptationData(site, 0, x, scope.keep(gradient, scope.manager())), ROWS);
        fits.endBatch(0, ROWS);
      }
      fit(fits, 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "low-rank, PRODUCTS, 1, FLOAT64, 1e-12",
    "low-rank, PRODUCTS, 3, FLOAT64, 1e-12",
    "linear, PRODUCTS, 3, FLOAT64, 1e-12",
    "linear, AUTO, 3, FLOAT64, 1e-12",
    "low-rank, PRODUCTS, 3, FLOAT32, 1e-5",
    "linear, PRODUCTS, 1, FLOAT32, 1e-5"
  })
  void productsCarryAllThatLinearAdaptersNeed(
      String kind, Send send, int interval, DataType type, double tolerance) {
    List<Map<String, double[]>> ends = new ArrayList<>();
    List<Long> moved = new ArrayList<>();
    for (Send sent : List.of(Send.ROWS, send)) {
      List<Site> sites = List.of(site(adapter(kind, type, new Random(4))));
      try (Fits fits =
          pool(
              asked(1, 0, sent, RowType.FLOAT32),
              interval,
              sites,
              1,
              new Sgd(0.9, 0, true, 0.01))) {
        train(fits, sites, type, 6, interval, 1);
        ends.add(values(fits.served(0)));
        moved.add(fits.traffic().movedBytes());
      }
    }
    ends.get(0).forEach((name, w) -> assertNear(ends.get(1).get(name), w, tolerance, name));
    long width = type == DataType.FLOAT64 ? 8 : 4;
    assertEquals(6 * interval * ROWS * (IN + OUT) * width, moved.get(0));
    assertEquals(6 * OUT * (IN + 1) * width, moved.get(1)); // one a fit, whatever the interval
  }

  @Test
  void autoSendsTheSmallerOfRowsAndProducts() {
    for (int rows : new int[] {2, 3}) { // 3 · (6 + 4) values are more than 4 · (6 + 1)
      List<Site> sites = List.of(site(adapter("linear", DataType.FLOAT32, new Random(4))));
      try (Fits fits = pool(asked(1, 0, Send.AUTO, RowType.FLOAT32), 1, sites, 1, rule("sgd"))) {
        gather(fits, sites.get(0), rows);
        fit(fits, 1);
        assertEquals(rows == 2 ? 2 * 10 * 4 : 28 * 4, fits.traffic().movedBytes());
      }
    }
    List<Site> sites = List.of(site(adapter("mlp", DataType.FLOAT32, new Random(4))));
    try (Fits fits = pool(asked(1, 0, Send.AUTO, RowType.FLOAT32), 1, sites, 1, rule("sgd"))) {
      gather(fits, sites.get(0), 100); // needs the rows, however many
      fit(fits, 1);
      assertEquals(100 * 10 * 4, fits.traffic().movedBytes());
    }
  }

  private void gather(Fits fits, Site site, int rows) {
    try (Scope scope = Scope.open(manager)) {
      NDArray x = drawn(new Random(1), DataType.FLOAT32, rows, IN);
      NDArray gradient = drawn(new Random(2), DataType.FLOAT32, rows, OUT);
      fits.gather(
          new AdaptationData(
              site, 0, scope.keep(x, scope.manager()), scope.keep(gradient, scope.manager())),
          rows);
    }
    fits.endBatch(0, rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BFLOAT16", "INT8"})
  void roundedRowsAreMeasured(RowType type) {
    List<Site> sites = List.of(site(adapter("linear", DataType.FLOAT32, new Random(4))));
    NDArray x = drawn(new Random(1), DataType.FLOAT32, ROWS, IN);
    NDArray gradient = drawn(new Random(2), DataType.FLOAT32, ROWS, OUT).mul(1e-6f);
    float[] sentX = rounded(x.toFloatArray(), IN, type);
    float[] sentGradient = rounded(gradient.toFloatArray(), OUT, type);
    double expected =
        Math.max(off(sentX, x.toFloatArray()), off(sentGradient, gradient.toFloatArray()));
    Map<String, NDArray> gradients =
        sites
            .get(0)
            .adapter()
            .gradients(
                manager.create(sentX, x.getShape()),
                manager.create(sentGradient, gradient.getShape()));
    Map<String, NDArray> before = copies(sites.get(0).adapter());
    try (Fits fits = pool(asked(1, 0, Send.ROWS, type), 1, sites, 1, new Sgd(0, 0, false, 0))) {
      fits.gather(new AdaptationData(sites.get(0), 0, x, gradient), 1);
      fits.endBatch(0, 1);
      fits.fit(Map.of(0, 1e5));
      fits.update();
      Fits.Traffic traffic = fits.traffic();
      assertNear(traffic.error(), expected, 1e-4, "error");
      assertEquals(0, fits.traffic().error());
      int values = ROWS * (IN + OUT);
      assertEquals(
          type == RowType.BFLOAT16 ? 2 * values : values + 2 * ROWS * 4, traffic.movedBytes());
      sites
          .get(0)
          .adapter()
          .parameters()
          .forEach(
              (name, w) ->
                  assertNear(
                      before.get(name).sub(w).toFloatArray(),
                      gradients.get(name).mul(1e5f).toFloatArray(),
                      1e-3,
                      name));
    }
  }

  private static float[] rounded(float[] values, int width, RowType type) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      if (type == RowType.BFLOAT16) {
        int bits = Float.floatToRawIntBits(values[i]);
        rounded[i] = Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
      } else {
        float largest = 0;
        for (int j = i / width * width; j < (i / width + 1) * width; j++) {
          largest = Math.max(largest, Math.abs(values[j]));
        }
        float step = largest / 127;
        rounded[i] = (float) Math.rint(values[i] / step) * step;
      }
    }
    return rounded;
  }

  private static double off(float[] sent, float[] x) {
    return Difference.relative(sent, x);
  }

  /** An adapter whose copies do something first when they take gradients. */
  private record Watched(Adapter adapter, Runnable first) implements Adapter {
    @Override
    public Map<String, NDArray> parameters() {
      return adapter.parameters();
    }

    @Override
    public double scale() {
      return adapter.scale();
    }

    @Override
    public NDArray forward(NDArray x) {
      return adapter.forward(x);
    }

    @Override
    public NDArray inputGradient(NDArray x, NDArray hiddenGradient) {
      return adapter.inputGradient(x, hiddenGradient);
    }

    @Override
    public Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient) {
      first.run();
      return adapter.gradients(x, hiddenGradient);
    }

    @Override
    public Adapter copy(NDManager manager) {
      return new Watched(adapter.copy(manager), first);
    }

    @Override
    public boolean mergeable() {
      return false;
    }

    @Override
    public void mergeInto(NDManager scratch, double share, NDArray weight, NDArray bias) {
      throw new UnsupportedOperationException();
    }
  }

  private Site watched(Runnable first) {
    return site(new Watched(adapter("linear", DataType.FLOAT32, new Random(4)), first));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does something on another thread, and returns when that waits for somebody. */
  private static Thread blocked(Runnable work) {
    Thread thread = new Thread(work);
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(thread.isAlive(), "it did not wait");
      Thread.onSpinWait();
    }
    return thread;
  }

  private static final int HALF =
      (1 << 20) / 2 / 4 / (IN + OUT) + 1; // rows of over half a megabyte

  @Test
  void noMoreWaitsThanTheQueueHolds() throws InterruptedException {
    CountDownLatch slow = new CountDownLatch(1);
    Site site = watched(() -> await(slow));
    try (Fits fits = pool(rows(0), 1, List.of(site), 1, rule("sgd"))) {
      gather(fits, site, HALF);
      Thread server =
          blocked(
              () -> {
                for (int i = 0; i < 4; i++) {
                  gather(fits, site, HALF);
                }
                fit(fits, 1);
              });
      slow.countDown();
      server.join();
      Fits.Traffic traffic = fits.traffic();
      assertEquals(5L * HALF * (IN + OUT) * 4, traffic.movedBytes());
      assertEquals((long) HALF * (IN + OUT) * 4, traffic.queuedBytes());
      gather(fits, site, 4 * HALF); // more than the queue holds, but nothing waits
      fit(fits, 1);
      assertEquals(4L * HALF * (IN + OUT) * 4, fits.traffic().queuedBytes());
      assertEquals(2, fits.fits(0));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatEndsAWorkerReachesTheServer(boolean memory) throws InterruptedException {
    Throwable problem = memory ? new OutOfMemoryError("heap") : new IllegalStateException("no");
    CountDownLatch slow = new CountDownLatch(1);
    Site site =
        watched(
            () -> {
              await(slow);
              PooledFitsTest.<RuntimeException>raise(problem);
            });
    try (Fits fits = pool(rows(1), 1, List.of(site), 1, rule("sgd"))) {
      gather(fits, site, HALF);
      AtomicReference<Throwable> seen = new AtomicReference<>();
      Thread server =
          blocked(
              () -> {
                try {
                  gather(fits, site, HALF);
                } catch (Throwable e) {
                  seen.set(e);
                }
              });
      slow.countDown();
      server.join();
      assertSame(FitException.class, seen.get().getClass());
      assertSame(problem, seen.get().getCause());
      for (Runnable call :
          List.<Runnable>of(
              () -> gather(fits, site, 1), fits::update, fits::catchUp, () -> fits.newest(0))) {
        assertSame(problem, assertThrows(FitException.class, call::run).getCause());
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable problem) throws T {
    throw (T) problem;
  }

  /** A failed fit, not of the first user: the one who waits for another learns of it. */
  @Test
  void aFailureOfOneWorkerReachesWhoeverWaitsForAnother() {
    Adapter good = adapter("linear", DataType.FLOAT32, new Random(4));
    Adapter bad =
        new Watched(
            adapter("linear", DataType.FLOAT32, new Random(4)),
            () -> {
              throw new IllegalStateException("no");
            });
    Site site = site("a", Map.of(0, good, 1, bad));
    try (Fits fits =
        pool(asked(2, 0, Send.ROWS, RowType.FLOAT32), 1, List.of(site), 2, rule("sgd"))) {
      NDArray x = drawn(new Random(1), DataType.FLOAT32, ROWS, IN);
      NDArray gradient = drawn(new Random(2), DataType.FLOAT32, ROWS, OUT);
      FitException failure =
          assertThrows(
              FitException.class,
              () -> {
                for (int user : new int[] {1, 0}) {
                  fits.gather(new AdaptationData(site, user, x, gradient), ROWS);
                  fits.endBatch(user, ROWS);
                }
                fit(fits, 2);
              });
      assertEquals("no", failure.getCause().getMessage());
    }
  }

  @Test
  void closingDropsWhatWaitsAndEndsTheWorkers() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch slow = new CountDownLatch(1);
    AtomicReference<Thread> worker = new AtomicReference<>();
    Site site =
        watched(
            () -> {
              worker.set(Thread.currentThread());
              begun.countDown();
              await(slow);
            });
    PooledFits fits = pool(rows(1), 1, List.of(site), 1, rule("sgd"));
    Map<String, double[]> before = values(fits.served(0));
    for (int i = 0; i < 20; i++) {
      gather(fits, site, 1);
    }
    fit(fits, 1);
    begun.await();
    slow.countDown();
    fits.close();
    worker.get().join(); // it ends
    assertEqual(
        before,
        values(
            site.adapter().parameters().entrySet().stream()
                .collect(
                    TreeMap::new, (m, e) -> m.put("a." + e.getKey(), e.getValue()), Map::putAll)));
  }

  /**
   * Threads of one operation are each worker's own, and threads that begin later have the run's.
   */
  @Test
  void workersHaveThreadsOfTheirOwn() throws Exception {
    Torch.start(2);
    try {
      AtomicReference<Integer> inWorker = new AtomicReference<>();
      Site site = watched(() -> inWorker.set(Torch.threads()));
      try (Fits fits =
          new PooledFits(
              manager,
              Device.cpu(),
              rows(0),
              3,
              1,
              List.of(site),
              1,
              maker(rule("sgd"), Clipping.NONE))) {
        gather(fits, site, 1);
        fit(fits, 1);
        AtomicReference<Integer> later = new AtomicReference<>();
        Thread thread = new Thread(() -> later.set(Torch.threads()));
        thread.start();
        thread.join();
        assertEquals(3, inWorker.get());
        assertEquals(2, Torch.threads());
        assertEquals(2, later.get());
      }
    } finally {
      Torch.start(1);
    }
  }

  /** A megabyte of data and one of parameters in each step. */
  @ParameterizedTest
  @CsvSource({"ROWS, FLOAT32", "ROWS, INT8", "PRODUCTS, FLOAT32"})
  void stepsLeaveNothingBehind(Send send, RowType type) throws IOException {
    int size = 512;
    Start start = new Start(Form.LINEAR, size, size, DataType.FLOAT32);
    Site site = site(LinearAdapter.fresh(manager, start, false));
    NDArray x = start.drawn(manager, new Shape(4, size), new Random(1)::nextGaussian);
    Supplier<NDArray> wide = () -> x.repeat(0, 64);
    try (Fits fits = pool(asked(1, 1, send, type), 1, List.of(site), 1, new Sgd(0, 0, false, 0))) {
      // The virtual machine and the allocator grow as well, now and then: so the stretch that grew
      // least counts.
      long least = Long.MAX_VALUE;
      long before = 0;
      for (int stretch = 0; stretch < 6; stretch++) {
        for (int step = 0; step < 50; step++) {
          try (Scope scope = Scope.open(manager)) {
            NDArray gradient = scope.keep(wide.get(), scope.manager());
            fits.gather(new AdaptationData(site, 0, wide.get(), gradient), 1);
            fits.endBatch(0, 1);
          }
          fit(fits, 1);
        }
        long now = resident();
        least = stretch == 0 ? least : Math.min(least, now - before);
        before = now;
      }
      assertTrue(least < 16L << 20, "grown by " + least);
    }
  }

  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0; // only Linux tells
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
