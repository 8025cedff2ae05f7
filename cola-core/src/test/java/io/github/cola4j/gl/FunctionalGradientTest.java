package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Gradient learning is functional gradient descent (ColA, section 3). A fit that runs to its end
 * brings an adapter that is rich enough from g_t to g_t − ∇ĥ at the data: one step of descent in
 * the space of functions, with step size 1. Where the loss is linear in ĥ it falls by exactly
 * ‖∇ĥ‖².
 */
class FunctionalGradientTest {
  private static final int ROWS = 4;
  private static final int IN = 6; // more than rows, so that a linear adapter reaches any values
  private static final int OUT = 3;
  private static final int STEPS = 5000;

  private final NDManager manager = start();
  private final HostArena arena = new HostArena();
  private final NDArray x = BlockCase.drawn(manager, "x", new Shape(ROWS, IN));
  private final NDArray slope = BlockCase.drawn(manager, "slope", new Shape(ROWS, OUT));

  private static NDManager start() {
    Torch.start(1);
    return Torch.newManager(Device.cpu());
  }

  @AfterEach
  void free() {
    Autograd.record(false);
    manager.close();
  }

  @Test
  void theFittedResidualIsTheFunctionalGradientStep() {
    SequentialBlock block = new SequentialBlock().add(Linear.builder().setUnits(OUT).build());
    block.initialize(manager, DataType.FLOAT64, x.getShape());
    try (BlockModel model = new BlockModel(manager, block)) {
      LinearAdapter adapter =
          new LinearAdapter(BlockCase.drawn(manager, "W", new Shape(OUT, IN)), null);
      List<Site> sites = List.of(new Site(model.module("01Linear"), adapter));
      double[] before = adapter.forward(x).toDoubleArray(); // g_t(x)
      // Descent that is sure to converge: the rate is below the inverse of the greatest eigenvalue.
      double rate = 1 / x.square().sum().getDouble();
      double loss;
      try (InlineFit fit =
          new InlineFit(
              manager,
              sites,
              0,
              new Optimizer(manager, new Sgd(0, 0, false, 0)),
              Clipping.NONE,
              STEPS)) {
        try (Scope scope = Scope.open(manager)) {
          ServerPass pass =
              new ServerPass(new AdaptedModules(sites, false), scope.manager(), arena, null);
          NDArray linear = linearLoss(model, pass);
          loss = linear.getDouble();
          pass.backward(
              linear,
              scope.manager().ones(linear.getShape(), DataType.FLOAT64),
              data -> {
                assertArrayEquals(
                    slope.toDoubleArray(), data.hiddenGradient().toDoubleArray(), "∇ĥ");
                fit.gather(data, 1); // one item: the objective is summed over the rows
              });
          fit.endBatch(1);
        }
        fit.fit(rate);
      }

      double[] step = slope.toDoubleArray();
      double[] expected = new double[step.length];
      Arrays.setAll(expected, i -> before[i] - step[i]);
      assertArrayEquals(expected, adapter.forward(x).toDoubleArray(), 1e-10, "g_t − ∇ĥ");

      InferencePass pass = new InferencePass(new AdaptedModules(sites, false), manager, arena);
      double fallen = loss - linearLoss(model, pass).getDouble();
      assertEquals(Arrays.stream(step).map(v -> v * v).sum(), fallen, 1e-10, "‖∇ĥ‖²");
    }
  }

  private NDArray linearLoss(BlockModel model, io.github.cola4j.model.ForwardPass pass) {
    return model.output(pass, x).mul(slope).sum();
  }
}
