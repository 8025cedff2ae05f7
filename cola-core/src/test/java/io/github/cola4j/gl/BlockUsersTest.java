package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.ModuleShape;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.SomeRows;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users whose rows are mixed in a block's batches. */
class BlockUsersTest {
  private static final double ROUNDING = 1e-12;
  private static final int[] FIRST = {0, 2};
  private static final int[] SECOND = {1, 3};

  private final HostArena arena = new HostArena();
  private NDManager manager;
  private ModuleShapes shapes;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
    shapes = new ModuleShapes(manager);
  }

  @AfterEach
  void free() {
    Autograd.record(false);
    shapes.close();
    manager.close();
  }

  /** Blocks without batch norm, in which rows know nothing of each other. */
  @ParameterizedTest
  @EnumSource(
      value = BlockCase.class,
      names = {"WINDOWS", "WORDS"})
  void aloneEachLearnsWhatTheirOwnRowsTeach(BlockCase given) {
    try (BlockModel model = new BlockModel(manager, given.block(manager))) {
      NDArray input = given.input(manager);
      List<Site> both = sites(model, AdapterCase.LOW_RANK, AdapterCase.LINEAR);
      List<Routing.Route> routes =
          List.of(new Routing.Route(0, FIRST, 1), new Routing.Route(1, SECOND, 1));
      Map<String, double[]> mixed =
          gradients(model, both, new Routing(routes, routes), false, input);
      Map<String, double[]> apart =
          gradients(model, only(both, 0), Routing.ONE, false, rows(input, FIRST));
      apart.putAll(
          gradients(
              model,
              only(both, 1),
              new Routing(List.of(Routing.Route.all(1, 1)), List.of(Routing.Route.all(1, 1))),
              false,
              rows(input, SECOND)));
      near(apart, mixed);
    }
  }

  @ParameterizedTest
  @EnumSource(BlockCase.class)
  void collaborationIsTheSameMergedAndEvaluated(BlockCase given) {
    try (BlockModel model = new BlockModel(manager, given.block(manager))) {
      NDArray input = given.input(manager);
      List<Site> both = sites(model, AdapterCase.LOW_RANK, AdapterCase.LINEAR);
      Routing routing =
          new Routing(
              List.of(Routing.Route.all(0, 0.5), Routing.Route.all(1, 0.5)),
              List.of(new Routing.Route(0, FIRST, 1), new Routing.Route(1, SECOND, 1)));
      Map<String, double[]> evaluated = gradients(model, both, routing, false, input);
      new MergedWeights(manager, both).merge(routing.passed());
      near(evaluated, gradients(model, both, routing, true, input));
    }
  }

  private NDArray rows(NDArray input, int[] rows) {
    return SomeRows.take(input, manager.create(new long[] {rows[0], rows[1]}));
  }

  private List<Site> sites(BlockModel model, AdapterCase... users) {
    List<Site> sites = new ArrayList<>();
    for (BaseModule module : model.modules()) {
      ModuleShape shape = shapes.of(module);
      SortedMap<Integer, Adapter> adapters = new TreeMap<>();
      for (int user = 0; user < users.length; user++) {
        Map<String, NDArray> w = users[user].parameters(manager, module.name() + user, shape);
        adapters.put(user, users[user].over(manager, shape, w));
      }
      sites.add(new Site(module, adapters));
    }
    return sites;
  }

  private static List<Site> only(List<Site> sites, int user) {
    return sites.stream()
        .map(
            site -> new Site(site.module(), new TreeMap<>(Map.of(user, site.adapters().get(user)))))
        .toList();
  }

  private Map<String, double[]> gradients(
      BlockModel model, List<Site> sites, Routing routing, boolean merged, NDArray input) {
    ServerPass pass =
        new ServerPass(new AdaptedModules(sites, merged), routing, manager, arena, null, null);
    NDArray loss = model.output(pass, input).logSoftmax(1).square().sum();
    Map<String, double[]> gradients = new LinkedHashMap<>();
    pass.backward(
        loss,
        manager.ones(loss.getShape(), loss.getDataType()),
        data ->
            data.adapter()
                .gradients(data.x(), data.hiddenGradient())
                .forEach(
                    (name, gradient) ->
                        gradients.merge(
                            data.site().name() + "." + name + "@" + data.user(),
                            gradient.toDoubleArray(),
                            BlockUsersTest::sum)));
    return gradients;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static void near(Map<String, double[]> expected, Map<String, double[]> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, values) -> assertNear(actual.get(name), values, ROUNDING, name));
  }
}
