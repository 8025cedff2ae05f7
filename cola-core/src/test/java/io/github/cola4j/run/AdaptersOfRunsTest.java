package io.github.cola4j.run;

import static io.github.cola4j.run.Owned.losses;
import static io.github.cola4j.run.Owned.results;
import static io.github.cola4j.run.Owned.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs whose adapters drop what they read, sit at embeddings, or are clipped each on its own. */
class AdaptersOfRunsTest {
  @TempDir Path folder;

  @Test
  void whatAdaptersDropIsDrawnFromTheSeed() {
    String[] kept = {"data.validation=", "training.base_dropout=false"};
    String[] dropped = with(kept, "adapter={r: 4, lora_alpha: 8, lora_dropout: 0.3}");
    SmallProject without = project("without", kept);
    SmallProject one = project("one", dropped);
    SmallProject two = project("two", dropped);
    assertEquals(results(one), results(two));
    assertEquals(losses(one), losses(two));
    // A fresh B is zero, and the rate of the first step of the warm-up: both see the base alone.
    assertEquals(losses(without).subList(0, 2), losses(one).subList(0, 2));
    assertNotEquals(losses(without).get(5), losses(one).get(5));
    SmallProject seeded = project("seeded", with(dropped, "training.seed=8"));
    assertNotEquals(losses(one), losses(seeded));

    SmallProject stopped = SmallProject.bert(folder.resolve("stopped"));
    AtomicBoolean enough = new AtomicBoolean();
    EventSink watch = event -> enough.set(enough.get() || event instanceof Event.StepDone);
    assertFalse(stopped.finetune(watch, when(enough), false, dropped));
    assertEquals(1, stopped.steps().size());
    stopped.finetune(dropped);
    assertEquals(results(one), results(stopped));
  }

  private SmallProject project(String name, String... run) {
    SmallProject project = SmallProject.bert(folder.resolve(name));
    project.finetune(run);
    return project;
  }

  private static StopSignal when(AtomicBoolean enough) {
    return new StopSignal() {
      @Override
      public boolean requested() {
        return enough.get();
      }

      @Override
      public String reason() {
        return "enough";
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"low-rank, false", "low-rank, true", "linear, false"})
  void embeddingsAreSites(String kind, boolean merged) {
    SmallProject project = SmallProject.bert(folder.resolve(kind + merged));
    List<Event> events =
        project.finetune(
            "adapter={kind: %s, target_modules: [query, word_embeddings]}".formatted(kind),
            "gradient_learning.merged=" + merged,
            "training.base_dropout=false",
            "training.epochs=8");
    List<Double> losses = losses(project);
    double first = losses.subList(0, 11).stream().mapToDouble(loss -> loss).sum();
    double last = losses.subList(77, 88).stream().mapToDouble(loss -> loss).sum();
    assertTrue(last < 0.7 * first, first + " to " + last);
    assertTrue(
        Owned.tensors(project, "adapter").keySet().stream()
            .anyMatch(name -> name.contains("embeddings.word_embeddings")));
    assertTrue(events.get(events.size() - 1) instanceof Event.RunFinished);
  }

  @Test
  void aTiedTableIsNotMerged() {
    SmallProject project = Owned.causal(folder, "gpt2");
    Failure failure =
        project.complaint(
            "adapter.target_modules=[c_attn, wte]", "gradient_learning={merged: true}");
    assertEquals(
        "override: gradient_learning.merged: the adapter at transformer.wte cannot be merged: the vocabulary's head reads the same table of embeddings; write merged: false, or leave that module out of the targets",
        failure.text());
    assertFalse(Files.exists(project.output()));
    project.finetune("adapter.target_modules=[c_attn, wte]", "training.epochs=1");
    assertEquals(11, losses(project).size());
  }

  /** Plain SGD at rate 1 moves what is scaled to a norm as far as that norm. */
  @ParameterizedTest
  @CsvSource({"adapter", "global"})
  void normsAreLimitedInTheirScope(String scope) {
    SmallProject project = Owned.bert(folder, "ann", "bob");
    project.finetune(
        with(
            Owned.PLAIN,
            "users={mode: alone, column: owner}",
            "checkpoint={every: 1, keep: 9}",
            "training.optimizer={name: sgd, lr: 1.0, momentum: 0, weight_decay: 0}",
            "training.schedule={name: constant, warmup: 0}",
            "training.max_grad_norm={value: 0.001, scope: " + scope + "}",
            "training.max_steps=4"));
    var states = Owned.checkpoints(project);
    for (String user : List.of("ann", "bob")) {
      double squares = 0;
      int sites = 0;
      for (String site :
          List.of(
              "bert.encoder.layer.0.attention.self.query",
              "bert.encoder.layer.0.attention.self.value",
              "bert.encoder.layer.1.attention.self.query",
              "bert.encoder.layer.1.attention.self.value",
              "classifier")) {
        double own = 0;
        for (var tensor : states.get(3L).entrySet()) {
          if (tensor.getKey().startsWith("users/" + user + "/adapter/" + site + ".")) {
            float[] before = states.get(2L).get(tensor.getKey());
            for (int i = 0; i < before.length; i++) {
              double moved = (double) tensor.getValue()[i] - before[i];
              own += moved * moved;
            }
          }
        }
        squares += own;
        sites += Math.abs(Math.sqrt(own) - 0.001) < 2e-6 ? 1 : 0;
      }
      if (scope.equals("adapter")) {
        assertEquals(5, sites, user);
      } else {
        assertEquals(0.001, Math.sqrt(squares), 2e-6, user);
      }
    }
  }
}
