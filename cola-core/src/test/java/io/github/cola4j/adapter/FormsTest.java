package io.github.cola4j.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.Window;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What adapters beside convolutions and embeddings read, written out. */
class FormsTest {
  private static final double ROUNDING = 1e-12;
  private static final int CHANNELS = 2;
  private static final int OUT = 3;

  private final Random random = new Random(5);
  private NDManager manager;
  private Forms forms;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
    forms = new Forms(manager);
  }

  @AfterEach
  void free() {
    forms.close();
    manager.close();
  }

  private NDArray drawn(long... shape) {
    Shape of = new Shape(shape);
    return manager.create(random.doubles(of.size(), -1, 1).toArray(), of);
  }

  private static void near(NDArray expected, NDArray actual) {
    assertEquals(expected.getShape(), actual.getShape());
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), ROUNDING);
  }

  @Test
  void aLinearFunctionOfPatchesIsAConvolution() {
    Window window = new Window(3, 2, 2, 1, 1, 0, 1, 2);
    Form form = forms.patches(window);
    NDArray x = drawn(2, CHANNELS, 6, 7);
    NDArray weight = drawn(OUT, CHANNELS * window.size());
    NDArray made =
        Conv2d.conv2d(
                x,
                weight.reshape(OUT, CHANNELS, 3, 2),
                manager.zeros(new Shape(OUT), x.getDataType()),
                new Shape(2, 1),
                new Shape(1, 0),
                new Shape(1, 2))
            .singletonOrThrow();
    near(made, form.made(form.project(x, weight), x));
    near(made, form.made(form.features(x).matMul(weight.transpose()), x));
    near(form.project(x, weight), form.rows(made));
  }

  @Test
  void anMlpReadsThePixelInTheMiddleOfEachPlace() {
    Window window = new Window(3, 3, 2, 2, 1, 1, 1, 1);
    Map<String, NDArray> w =
        Map.of("W1", drawn(4, CHANNELS), "b1", drawn(4), "W2", drawn(OUT, 4), "b2", drawn(OUT));
    Mlp mlp = new Mlp(forms.patches(window.pixel()), w, Activation::tanh);
    NDArray x = drawn(1, CHANNELS, 5, 5);
    NDArray made = mlp.forward(x);
    assertEquals(new Shape(1, OUT, 3, 3), made.getShape());
    for (int down = 0; down < 3; down++) {
      for (int across = 0; across < 3; across++) {
        double[] pixel = new double[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
          pixel[c] = x.getDouble(0, c, 2 * down, 2 * across);
        }
        NDArray hidden =
            w.get("W1").matMul(manager.create(pixel, new Shape(CHANNELS, 1))).squeeze(1);
        NDArray out = w.get("W2").matMul(hidden.add(w.get("b1")).tanh().reshape(4, 1)).squeeze(1);
        for (int o = 0; o < OUT; o++) {
          assertEquals(
              out.getDouble(o) + w.get("b2").getDouble(o),
              made.getDouble(0, o, down, across),
              ROUNDING);
        }
      }
    }
  }

  @Test
  void aLinearFunctionOfAnIdIsAColumn() {
    Form form = forms.lookup();
    NDArray ids = manager.create(new long[] {4, 0, 4});
    NDArray weight = drawn(OUT, 5);
    NDArray ones = manager.zeros(new Shape(3, 5), weight.getDataType());
    ones.set(new ai.djl.ndarray.index.NDIndex("0, 4"), 1);
    ones.set(new ai.djl.ndarray.index.NDIndex("1, 0"), 1);
    ones.set(new ai.djl.ndarray.index.NDIndex("2, 4"), 1);
    near(ones.matMul(weight.transpose()), form.project(ids, weight));
    NDArray gradient = drawn(3, OUT);
    near(gradient.transpose().matMul(ones), form.weightGradient(ids, gradient, weight));
  }
}
