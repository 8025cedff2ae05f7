package io.github.cola4j.model.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.model.block.ImageNetwork.Architecture;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The paper's image models. */
class ImageNetworkTest {
  private NDManager manager;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void free() {
    manager.close();
  }

  private static ImageNetwork network(Architecture architecture, Integer... hidden) {
    return new ImageNetwork(architecture, List.of(hidden), 2, 8, 8, 3, 7);
  }

  private BlockModel open(ImageNetwork network) {
    return network.open(manager, DataType.FLOAT64);
  }

  private NDArray output(BlockModel model, NDArray images) {
    return model.output(
        new InferencePass(new AdaptedModules(List.of(), false), manager, new HostArena()), images);
  }

  private NDArray images() {
    return manager.arange(2 * 2 * 64).toType(DataType.FLOAT64, false).sin().reshape(2, 2, 8, 8);
  }

  @Test
  void modulesHaveReadableNames() {
    assertEquals(List.of("classifier"), open(network(Architecture.LINEAR)).defaultTargets());
    assertEquals(
        List.of("hidden1", "hidden2", "classifier"),
        open(network(Architecture.MLP, 5, 4)).defaultTargets());
    assertEquals(
        List.of("conv1", "conv2", "classifier"),
        open(network(Architecture.CNN, 5, 4)).defaultTargets());
  }

  @Test
  void theyComputeWhatTheirNamesSay() {
    BlockModel linear = open(network(Architecture.LINEAR));
    NDArray flat = images().reshape(2, -1);
    near(through(linear, "classifier", flat), output(linear, images()));

    BlockModel mlp = open(network(Architecture.MLP, 5));
    NDArray hidden = Activation.relu(through(mlp, "hidden1", flat));
    near(through(mlp, "classifier", hidden), output(mlp, images()));

    BlockModel cnn = open(network(Architecture.CNN, 5, 4));
    Map<String, NDArray> w = cnn.parameters();
    Shape one = new Shape(1, 1);
    NDArray h =
        Activation.relu(
            Conv2d.conv2d(images(), w.get("conv1.weight"), w.get("conv1.bias"), one, one).head());
    h = Pool.maxPool2d(h, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
    h =
        Activation.relu(
            Conv2d.conv2d(h, w.get("conv2.weight"), w.get("conv2.bias"), one, one).head());
    near(
        through(cnn, "classifier", h.reshape(2, 4, 16).mean(new int[] {2})), output(cnn, images()));
  }

  private static NDArray through(BlockModel model, String module, NDArray x) {
    return x.matMul(model.parameters().get(module + ".weight").transpose())
        .add(model.parameters().get(module + ".bias"));
  }

  private static void near(NDArray expected, NDArray actual) {
    assertEquals(expected.getShape(), actual.getShape());
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), 1e-12);
  }

  @Test
  void weightsDependOnTheSeedAloneAndAreSpreadAsInThePaper() {
    ImageNetwork wide = network(Architecture.CNN, 64, 32);
    Map<String, NDArray> first = open(wide).parameters();
    Map<String, NDArray> second = open(wide).parameters();
    first.forEach(
        (name, array) -> {
          assertArrayEquals(array.toDoubleArray(), second.get(name).toDoubleArray(), 0, name);
          if (name.endsWith("bias")) {
            assertEquals(0, array.abs().sum().getDouble(), name);
          }
        });
    double deviation = Math.sqrt(first.get("conv2.weight").square().mean().getDouble());
    assertEquals(Math.sqrt(2.0 / (32 * 9)), deviation, 0.01 * deviation);
    double greatest = first.get("classifier.weight").abs().max().getDouble();
    assertTrue(greatest <= 1 / Math.sqrt(32) && greatest > 0.9 / Math.sqrt(32), "" + greatest);

    ImageNetwork other = new ImageNetwork(Architecture.CNN, List.of(64, 32), 2, 8, 8, 3, 8);
    assertFalse(
        Arrays.equals(
            first.get("conv1.weight").toDoubleArray(),
            open(other).parameters().get("conv1.weight").toDoubleArray()));
    assertArrayEquals(
        wide.open(manager, DataType.FLOAT32).parameters().get("conv1.weight").toFloatArray(),
        first.get("conv1.weight").toType(DataType.FLOAT32, false).toFloatArray(),
        0,
        "the same draws in float32");
  }

  @Test
  void networksThatCannotBeAreRefused() {
    assertThrows(ModelException.class, () -> network(Architecture.LINEAR, 5));
    assertThrows(ModelException.class, () -> network(Architecture.MLP));
    assertThrows(ModelException.class, () -> network(Architecture.MLP, 0));
    assertTrue(
        assertThrows(ModelException.class, () -> network(Architecture.CNN, 4, 4, 4, 4, 4))
            .getMessage()
            .contains("8 × 8 pixels cannot be halved 4 times"));
    assertEquals(4, network(Architecture.CNN, 4, 4, 4, 4).hiddenSizes().size());
  }
}
