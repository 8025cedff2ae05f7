package io.github.cola4j.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.data.ImageBatch;
import io.github.cola4j.data.ImageShape;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.ModuleShapes;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.gl.Site;
import io.github.cola4j.model.block.BlockModel;
import io.github.cola4j.model.block.ImageNetwork;
import io.github.cola4j.model.block.ImageNetwork.Architecture;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Classes of images. */
class ImageClassificationTest {
  private static final ImageShape SHAPE = new ImageShape(1, 6, 6);
  private static final int CLASSES = 2;

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

  private BlockModel model(Architecture architecture, DataType type) {
    List<Integer> hidden = architecture == Architecture.LINEAR ? List.of() : List.of(6, 6);
    return new ImageNetwork(architecture, hidden, 1, 6, 6, CLASSES, 3).open(manager, type);
  }

  /** Noise, with vertical stripes in class 1 and horizontal ones in class 0. */
  private static ImageBatch batch(int images, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[images * SHAPE.size()];
    int[] labels = new int[images];
    int[] rows = new int[images];
    for (int image = 0; image < images; image++) {
      labels[image] = random.nextInt(CLASSES);
      rows[image] = image;
      for (int at = 0; at < SHAPE.size(); at++) {
        int along = labels[image] == 1 ? at % 6 : at / 6;
        pixels[image * SHAPE.size() + at] = along % 2 + 0.3f * (float) random.nextGaussian();
      }
    }
    return new ImageBatch(rows, SHAPE, pixels, labels);
  }

  private InferencePass inference(List<Site> sites) {
    return new InferencePass(new AdaptedModules(sites, false), manager, arena);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "FLOAT64"})
  void theLossIsTheMeanOfTheSurprise(DataType type) {
    BlockModel model = model(Architecture.CNN, type);
    ImageBatch batch = batch(5, 1);
    try (ImageClassification task = new ImageClassification(manager, model)) {
      float[] probabilities = task.probabilities(inference(List.of()), batch);
      double expected = 0;
      for (int row = 0; row < 5; row++) {
        expected -= Math.log(probabilities[row * CLASSES + batch.labels()[row]]) / 5;
      }
      NDArray loss = task.loss(inference(List.of()), batch).mean();
      assertEquals(type, loss.getDataType());
      assertEquals(expected, loss.toType(DataType.FLOAT64, false).getDouble(), 1e-6);
      assertEquals(5, task.items(batch));
      assertArrayEquals(new int[] {1, 1, 1, 1, 1}, task.itemsOfRows(batch));
    }
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void linearAdaptersAtAllSitesLearnWhatWholeTrainingWould(Architecture architecture) {
    BlockModel model = model(architecture, DataType.FLOAT32);
    try (ImageClassification task = new ImageClassification(manager, model);
        ModuleShapes shapes = new ModuleShapes(manager)) {
      List<Site> sites = new ArrayList<>();
      model
          .modules()
          .forEach(
              module ->
                  sites.add(
                      new Site(
                          module, LinearAdapter.fresh(manager, shapes.of(module).whole(), true))));
      ImageBatch unseen = batch(200, 99);
      double before = task.loss(inference(sites), unseen).mean().getFloat();
      try (InlineFit fit =
          new InlineFit(manager, sites, new Optimizer(manager, new Sgd(0.9, 0, true, 5e-4)))) {
        for (int step = 0; step < 60; step++) {
          try (Scope scope = Scope.open(manager)) {
            ServerPass pass =
                new ServerPass(new AdaptedModules(sites, false), scope.manager(), arena, null);
            ImageBatch batch = batch(32, step);
            Loss loss = task.loss(pass, batch);
            pass.backward(loss.made(), loss.gradient(), data -> fit.gather(data, batch.size()));
            fit.endBatch(batch.size());
          }
          fit.fit(0.03);
          arena.reset();
        }
      }
      double after = task.loss(inference(sites), unseen).mean().getFloat();
      assertTrue(after < before / 2, before + " to " + after);
      assertTrue(accuracy(task, sites, unseen) > 0.95);
    }
  }

  private double accuracy(ImageClassification task, List<Site> sites, ImageBatch batch) {
    Map<String, Double> metrics = task.metrics(List.of(task.outcome(inference(sites), batch)));
    return metrics.get("accuracy");
  }

  @Test
  void anOutcomeIsTheClassOfTheGreatestLogit() {
    BlockModel model = model(Architecture.LINEAR, DataType.FLOAT32);
    ImageBatch batch = batch(20, 4);
    try (ImageClassification task = new ImageClassification(manager, model)) {
      Outcome.Classes outcome = (Outcome.Classes) task.outcome(inference(List.of()), batch);
      float[] logits = task.logits(inference(List.of()), batch).toFloatArray();
      assertEquals(CLASSES, outcome.classes());
      for (int row = 0; row < 20; row++) {
        assertEquals(logits[2 * row + 1] > logits[2 * row] ? 1 : 0, outcome.predictions()[row]);
      }
    }
  }
}
