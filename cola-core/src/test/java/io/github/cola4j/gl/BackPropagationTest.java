package io.github.cola4j.gl;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Batches;
import io.github.cola4j.data.Column;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.data.LabelledTexts;
import io.github.cola4j.data.Labels;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.data.Table;
import io.github.cola4j.data.TableFormat;
import io.github.cola4j.data.TableReader;
import io.github.cola4j.data.TextEncoder;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.model.EncoderClassifier;
import io.github.cola4j.model.Linear;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.SequenceClassification;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.SeededRandom;
import io.github.cola4j.tensor.Torch;
import io.github.cola4j.tensor.WeightType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * On a slice of real data, with a real base and its dropout, gradient learning and ordinary
 * back-propagation agree loss by loss.
 */
class BackPropagationTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final int ROWS = 128;
  private static final int BATCH = 16;
  private static final long SEED = 7;
  private static final double LEARNING_RATE = 1e-3;
  private static final double TOLERANCE = 1e-5;

  private final HostArena arena = new HostArena();

  @Test
  void theLossesAreTheSame() {
    Torch.start(1);
    BaseFolder base = BaseFolder.open(EXAMPLES.resolve("bases/minilm-l6"));
    Dataset rows = rows(base);
    List<int[]> batches = Batches.of(EpochOrder.of(SEED, 0, ROWS), BATCH);
    List<Double> merged = gradientLearning(base, rows, batches, true);
    List<Double> evaluated = gradientLearning(base, rows, batches, false);
    List<Double> coupled = backPropagation(base, rows, batches);
    assertEquals(ROWS / BATCH, coupled.size());
    for (int step = 0; step < coupled.size(); step++) {
      assertNear(
          evaluated.get(step),
          coupled.get(step),
          TOLERANCE,
          "loss of step " + step + ", adapters evaluated");
      assertNear(
          merged.get(step),
          coupled.get(step),
          TOLERANCE,
          "loss of step " + step + ", adapters merged");
    }
    assertTrue(coupled.get(0) - coupled.get(coupled.size() - 1) != 0, "something was learned");
  }

  private static Dataset rows(BaseFolder base) {
    Table table =
        TableReader.read(
            EXAMPLES.resolve("data/sst2/train.tsv"),
            TableFormat.TSV,
            false,
            List.of(Column.text("sentence"), Column.label("label")),
            OptionalInt.of(ROWS));
    try (TextEncoder encoder = TextEncoder.open(base.tokenizerFile(), 128)) {
      return LabelledTexts.classes(
          table, List.of("sentence"), "label", encoder, Labels.of(table, "label"));
    }
  }

  private List<Double> gradientLearning(
      BaseFolder base, Dataset rows, List<int[]> batches, boolean merged) {
    List<Double> losses = new ArrayList<>();
    try (NDManager manager = Torch.newManager(Device.cpu());
        Weights weights = base.weights();
        EncoderClassifier model =
            EncoderClassifier.load(manager, base.config(), weights, WeightType.FLOAT32, 2, SEED);
        SequenceClassification task = new SequenceClassification(manager, model)) {
      List<Site> sites = sites(manager, model);
      MergedWeights mergedWeights = new MergedWeights(manager, sites);
      try (InlineFit fit = new InlineFit(manager, sites, optimizer(manager))) {
        for (int step = 0; step < batches.size(); step++) {
          if (merged) {
            mergedWeights.merge();
          }
          PackedBatch batch = PackedBatch.of(rows.get(batches.get(step)));
          try (Scope scope = Scope.open(manager)) {
            ServerPass pass =
                new ServerPass(
                    new AdaptedModules(sites, merged),
                    scope.manager(),
                    arena,
                    new DropoutMasks(SEED, step, arena));
            Loss loss = task.loss(pass, batch);
            losses.add((double) loss.mean().getFloat());
            pass.backward(loss.made(), loss.gradient(), data -> fit.gather(data, batch.size()));
            fit.endBatch(batch.size());
            fit.fit(LEARNING_RATE);
          }
          arena.reset();
        }
      }
    }
    return losses;
  }

  private List<Double> backPropagation(BaseFolder base, Dataset rows, List<int[]> batches) {
    List<Double> losses = new ArrayList<>();
    try (NDManager manager = Torch.newManager(Device.cpu());
        Weights weights = base.weights();
        EncoderClassifier model =
            EncoderClassifier.load(manager, base.config(), weights, WeightType.FLOAT32, 2, SEED);
        SequenceClassification task = new SequenceClassification(manager, model);
        Optimizer optimizer = optimizer(manager)) {
      Map<String, NDArray> parameters = new LinkedHashMap<>();
      for (Site site : sites(manager, model)) {
        site.adapter()
            .parameters()
            .forEach((name, array) -> parameters.put(site.name() + "." + name, array));
      }
      for (int step = 0; step < batches.size(); step++) {
        PackedBatch batch = PackedBatch.of(rows.get(batches.get(step)));
        try (Scope scope = Scope.open(manager)) {
          Map<String, NDArray> leaves = new LinkedHashMap<>();
          parameters.forEach((name, array) -> leaves.put(name, Autograd.leaf(array)));
          Autograd.record(true);
          NDArray loss =
              task.loss(
                      new Coupled(
                          scope.manager(), arena, new DropoutMasks(SEED, step, arena), leaves),
                      batch)
                  .mean();
          losses.add((double) loss.getFloat());
          Autograd.backward(loss, scope.manager().ones(loss.getShape()));
          Autograd.record(false);
          Map<String, NDArray> gradients = new LinkedHashMap<>();
          leaves.forEach((name, leaf) -> gradients.put(name, Autograd.gradient(leaf)));
          optimizer.step(scope.manager(), parameters, gradients, LEARNING_RATE);
        }
        arena.reset();
      }
    }
    return losses;
  }

  private static List<Site> sites(NDManager manager, EncoderClassifier model) {
    Set<String> head = model.head().stream().map(Linear::name).collect(Collectors.toSet());
    List<Site> sites = new ArrayList<>();
    for (Linear module : GoldenCase.linears(model).values()) {
      Adapter adapter = null;
      if (head.contains(module.name())) {
        adapter = LinearAdapter.fresh(manager, Start.linear(module.in(), module.out()), true);
      } else if (module.name().matches(".*\\.(query|value)")) {
        adapter =
            LowRank.fresh(
                manager,
                Start.linear(module.in(), module.out()),
                new LowRank.Hyper(8, 1, 0),
                SeededRandom.of(SEED, module.name()));
      }
      if (adapter != null) {
        sites.add(new Site(module, adapter));
      }
    }
    return sites;
  }

  /** An epsilon that keeps AdamW from amplifying gradients that are rounding noise. */
  private static Optimizer optimizer(NDManager manager) {
    return new Optimizer(manager, new AdamW(0.9, 0.999, 1e-4, 0.01));
  }
}
