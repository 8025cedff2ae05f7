package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.cola4j.adapter.ModuleShape;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters in a block's own weights do what they do beside them, and leave no trace. */
class BlockMergeTest {
  private static final double ROUNDING = 1e-12;

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

  static Stream<Arguments> linearKindsBesideEveryModule() {
    return Stream.of(BlockCase.values())
        .flatMap(
            block ->
                Stream.of(AdapterCase.values())
                    .filter(AdapterCase::linear)
                    .map(kind -> Arguments.of(block, kind)));
  }

  @ParameterizedTest
  @MethodSource("linearKindsBesideEveryModule")
  void mergedAndEvaluatedAreTheSame(BlockCase given, AdapterCase kind) {
    Block block = given.block(manager);
    BlockModel model = new BlockModel(manager, block);
    NDArray input = given.input(manager);
    double[] bare = predicted(model, List.of(), false, input);
    Map<String, double[]> pristine = values(model);
    List<Site> sites = sites(model, kind);
    double[] evaluated = predicted(model, sites, false, input);
    Map<String, double[]> beside = hiddenGradients(model, sites, false, input);

    MergedWeights merged = new MergedWeights(manager, sites);
    merged.merge();
    model.buffers().forEach((name, array) -> restore(array, pristine.get(name)));
    assertNear(predicted(model, sites, true, input), evaluated, ROUNDING, "predictions");
    Map<String, double[]> inside = hiddenGradients(model, sites, true, input);
    assertEquals(beside.keySet(), inside.keySet());
    beside.forEach((name, gradient) -> assertNear(inside.get(name), gradient, ROUNDING, name));
    assertFalse(Arrays.equals(bare, evaluated), "the adapters do something");

    merged.unmerge();
    model.buffers().forEach((name, array) -> restore(array, pristine.get(name)));
    pristine.forEach((name, before) -> assertArrayEquals(before, values(model).get(name), 0, name));
    assertArrayEquals(bare, predicted(model, List.of(), false, input), 0);
    merged.merge();
    model.close();
    BlockModel again = new BlockModel(manager, block);
    assertArrayEquals(bare, predicted(again, List.of(), false, input), 0);
    again.close();
  }

  private void restore(NDArray array, double[] values) {
    io.github.cola4j.tensor.Assign.values(array, manager.create(values, array.getShape()));
  }

  private static Map<String, double[]> values(BlockModel model) {
    Map<String, double[]> values = new LinkedHashMap<>();
    model.parameters().forEach((name, array) -> values.put(name, array.toDoubleArray()));
    return values;
  }

  private List<Site> sites(BlockModel model, AdapterCase kind) {
    List<Site> sites = new ArrayList<>();
    for (BaseModule module : model.modules()) {
      ModuleShape shape = shapes.of(module);
      Site site =
          new Site(
              module, kind.over(manager, shape, kind.parameters(manager, module.name(), shape)));
      if (MergedWeights.obstacle(site).isEmpty()) {
        sites.add(site);
      }
    }
    assertFalse(sites.isEmpty());
    return sites;
  }

  private double[] predicted(BlockModel model, List<Site> sites, boolean merged, NDArray input) {
    InferencePass pass = new InferencePass(new AdaptedModules(sites, merged), manager, arena);
    return model.output(pass, input).toDoubleArray();
  }

  private Map<String, double[]> hiddenGradients(
      BlockModel model, List<Site> sites, boolean merged, NDArray input) {
    ServerPass pass = new ServerPass(new AdaptedModules(sites, merged), manager, arena, null);
    NDArray loss = model.output(pass, input).square().sum();
    Map<String, double[]> gradients = new LinkedHashMap<>();
    pass.backward(
        loss,
        manager.ones(loss.getShape(), loss.getDataType()),
        data ->
            gradients.put(
                data.site().name() + " " + gradients.size(),
                data.hiddenGradient().toDoubleArray()));
    return gradients;
  }
}
