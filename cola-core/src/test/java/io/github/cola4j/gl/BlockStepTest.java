package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a step on a block leaves behind: nothing. */
class BlockStepTest {
  private static final int STEPS = 100;

  private final HostArena arena = new HostArena();
  private NDManager manager;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void free() {
    Autograd.record(false);
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({
    "FIELDS, LOW_RANK, false",
    "FIELDS, LOW_RANK, true",
    "SEQUENTIAL, MLP_RELU, false",
    "WINDOWS, OWN, false",
    "WORDS, LINEAR, false",
    "WORDS, LINEAR, true"
  })
  void manyStepsLeaveNothingBehind(BlockCase given, AdapterCase kind, boolean merged) {
    try (ModuleShapes shapes = new ModuleShapes(manager);
        BlockModel model = new BlockModel(manager, given.block(manager))) {
      List<Site> sites = new ArrayList<>();
      for (BaseModule module : model.modules()) {
        if (kind.fits(shapes.of(module))) {
          sites.add(
              new Site(
                  module,
                  kind.over(
                      manager,
                      shapes.of(module),
                      kind.parameters(manager, module.name(), shapes.of(module)))));
        }
      }
      Optimizer optimizer = new Optimizer(manager, new AdamW(0.9, 0.999, 1e-8, 0.01));
      try (InlineFit fit = new InlineFit(manager, sites, optimizer)) {
        step(model, sites, merged, given, fit);
        if (kind.linear()) {
          // From here on nobody may give this manager one array more, not even for a moment. (Where
          // autograd differentiates an adapter, its leaves pass by.)
          manager.cap();
        }
        int managed = managed(model, optimizer);
        for (int step = 0; step < STEPS; step++) {
          step(model, sites, merged, given, fit);
          assertEquals(managed, managed(model, optimizer), "arrays after step " + step);
        }
      }
    }
  }

  private void step(
      BlockModel model, List<Site> sites, boolean merged, BlockCase given, InlineFit fit) {
    if (merged) {
      new MergedWeights(manager, sites).merge();
    }
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(new AdaptedModules(sites, merged), scope.manager(), arena, null);
      NDArray input = given.input(scope.manager());
      NDArray loss = model.output(pass, input).logSoftmax(1).square().mean();
      pass.backward(
          loss,
          scope.manager().ones(loss.getShape(), loss.getDataType()),
          data -> fit.gather(data, BlockCase.ROWS));
      fit.endBatch(BlockCase.ROWS);
    }
    fit.fit(1e-3);
    arena.reset();
  }

  /** Of the caller's manager, the model's and the optimizer's. */
  private int managed(BlockModel model, Optimizer optimizer) {
    return manager.getManagedArrays().size()
        + model.modules().stream()
            .mapToInt(module -> module.weight().getManager().getManagedArrays().size())
            .sum()
        + optimizer.state().values().iterator().next().getManager().getManagedArrays().size();
  }
}
