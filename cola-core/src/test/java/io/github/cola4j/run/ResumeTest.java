package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.worker.StopSignal;
import io.github.cola4j.worker.Worker;
import io.github.cola4j.worker.WorkerOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same run ends with the same bytes, however often it is interrupted. */
class ResumeTest {
  @TempDir Path folder;

  @Test
  void theSameRunTwiceInTwoWorkers() {
    SmallProject one = SmallProject.bert(folder.resolve("a/one"));
    SmallProject two = SmallProject.bert(folder.resolve("an/other/place/two"));
    for (SmallProject project : List.of(one, two)) {
      WorkerOutcome outcome = project.inWorker();
      assertInstanceOf(WorkerOutcome.Finished.class, outcome, outcome::text);
    }
    assertEquals(3, one.result().size());
    assertEquals(one.result(), two.result());

    SmallProject elsewhere = SmallProject.bert(folder.resolve("third"));
    WorkerOutcome outcome = elsewhere.inWorker("output=../results/run", "checkpoint.every=never");
    assertInstanceOf(WorkerOutcome.Finished.class, outcome, outcome::text);
    Map<String, String> other = SmallProject.digests(folder.resolve("results/run"));
    for (String file : List.of("adapter_model.safetensors", "adapter_config.json")) {
      assertEquals(one.result().get("adapter/" + file), other.get("adapter/" + file));
    }

    SmallProject seeded = SmallProject.bert(folder.resolve("seeded"));
    seeded.finetune("training.seed=8");
    assertNotEquals(
        one.result().get("adapter/adapter_model.safetensors"),
        seeded.result().get("adapter/adapter_model.safetensors"));
  }

  @Test
  void dropoutOfTheBaseIsOnAndCanBeTurnedOff() {
    SmallProject on = SmallProject.bert(folder.resolve("on"));
    SmallProject off = SmallProject.bert(folder.resolve("off"));
    on.finetune("training.max_steps=1");
    off.finetune("training.max_steps=1", "training.base_dropout=false");
    assertNotEquals(
        on.metrics("step_done").get(0).get("loss"), off.metrics("step_done").get(0).get("loss"));
  }

  /** Stopped before every single step, and each time begun again. */
  @Test
  void stoppedBeforeEveryStep() {
    String[] run = {
      "gradient_learning.interval=2", "gradient_learning.merged=true", "evaluation.every=2"
    };
    SmallProject straight = SmallProject.bareBert(folder.resolve("straight"));
    straight.finetune(run);
    SmallProject project = SmallProject.bareBert(folder.resolve("stopped"));
    int stops = 0;
    boolean finished = false;
    while (!finished) {
      List<Event> events = new ArrayList<>();
      int stopAfter = stops == 0 ? 0 : 1; // the first before it did anything
      finished = project.finetune(events::add, afterSteps(events, stopAfter), false, run);
      if (!finished) {
        Event.Stopped stopped = (Event.Stopped) events.get(events.size() - 1);
        assertEquals(stops, stopped.step());
        assertTrue(stopped.resumable());
        assertEquals("enough", stopped.reason());
        stops++;
      }
    }
    assertEquals(12, stops); // 2 epochs of 5 intervals and a short one
    assertEquals(straight.result(), project.result());
    assertEquals(LongStream.rangeClosed(1, 12).boxed().toList(), project.steps());
    assertEquals(losses(straight), losses(project));
  }

  @Test
  void aWorkerThatIsAskedToStopSavesAndGoesOn() throws Exception {
    SmallProject straight = SmallProject.roberta(folder.resolve("straight"));
    straight.finetune("training.epochs=6");
    SmallProject project = SmallProject.roberta(folder.resolve("stopped"));
    List<Event> events = new CopyOnWriteArrayList<>();
    WorkerOutcome outcome =
        Worker.run(
            project.worker("training.epochs=6"),
            events::add,
            line -> {},
            new StopSignal() {
              @Override
              public boolean requested() {
                return events.stream().anyMatch(Event.StepDone.class::isInstance);
              }

              @Override
              public String reason() {
                return "the user asked";
              }
            });
    WorkerOutcome.Stopped stopped = assertInstanceOf(WorkerOutcome.Stopped.class, outcome);
    assertTrue(stopped.clean(), outcome.text());
    Event.Stopped last = assertInstanceOf(Event.Stopped.class, events.get(events.size() - 1));
    assertEquals(
        project.output().resolve("checkpoint/step-%08d".formatted(last.step())), last.checkpoint());
    assertFalse(SmallProject.digests(last.checkpoint()).isEmpty());
    assertFalse(SmallProject.digests(project.output()).containsKey("summary.json"));

    outcome = project.inWorker("training.epochs=6");
    assertInstanceOf(WorkerOutcome.Finished.class, outcome, outcome::text);
    assertEquals(straight.result(), project.result());
    assertEquals(losses(straight), losses(project));
  }

  /** As if the process ended at each event in turn: after a step, a validation, a checkpoint. */
  @Test
  void brokenOffAtEveryEvent() {
    String[] run = {
      "training.epochs=1",
      "training.optimizer.name=sgd",
      "training.optimizer.lr=0.05",
      "training.max_grad_norm=0.5",
      "training.schedule.name=cosine",
      "evaluation.every=4",
      "checkpoint.every=3",
      "checkpoint.keep=1"
    };
    SmallProject straight = SmallProject.bert(folder.resolve("straight"));
    int count = straight.finetune(run).size();
    for (int last = 1; last < count; last++) {
      SmallProject project = SmallProject.bert(folder.resolve("broken-" + last));
      EventSink breaks = breaksAt(last);
      assertThrows(BrokenOff.class, () -> project.finetune(breaks, StopSignal.NEVER, false, run));
      project.finetune(run);
      assertEquals(straight.result(), project.result(), "broken off at event " + last);
      assertEquals(losses(straight), losses(project), "broken off at event " + last);
      assertEquals(
          straight.metrics("validated").size(),
          project.metrics("validated").size(),
          "broken off at event " + last);
    }
  }

  private static EventSink breaksAt(int last) {
    AtomicInteger seen = new AtomicInteger();
    return event -> {
      if (seen.incrementAndGet() == last) {
        throw new BrokenOff();
      }
    };
  }

  private static final class BrokenOff extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static StopSignal afterSteps(List<Event> events, int steps) {
    return new StopSignal() {
      @Override
      public boolean requested() {
        return events.stream().filter(Event.StepDone.class::isInstance).count() >= steps;
      }

      @Override
      public String reason() {
        return "enough";
      }
    };
  }

  private static Map<Long, Double> losses(SmallProject project) {
    Map<Long, Double> losses = new TreeMap<>();
    for (var line : project.metrics("step_done")) {
      Double other = losses.put(line.get("step").asLong(), line.get("loss").asDouble());
      assertNull(other, "told twice");
    }
    return losses;
  }

  @Test
  void killed() throws Exception {
    killed(
        SmallProject.bareBert(folder.resolve("straight")),
        SmallProject.bareBert(folder.resolve("killed")),
        1,
        "training.epochs=10",
        "gradient_learning.interval=2",
        "evaluation.every=4",
        "evaluation.patience=9");
  }

  @Test
  void killedWithMomentumAndMergedWeights() throws Exception {
    killed(
        SmallProject.bert(folder.resolve("straight")),
        SmallProject.bert(folder.resolve("killed")),
        2,
        "training.epochs=5",
        "gradient_learning.merged=true",
        "training.optimizer={name: sgd, lr: 0.02, momentum: 0.9}",
        "evaluation.keep=last");
  }

  @Test
  void killedWithLinearAdapters() throws Exception {
    killed(
        SmallProject.roberta(folder.resolve("straight")),
        SmallProject.roberta(folder.resolve("killed")),
        3,
        "training.epochs=5",
        "adapter={kind: linear, target_modules: all-linear}",
        "training.optimizer.lr=1e-3",
        "evaluation.every=3");
  }

  private static void killed(SmallProject straight, SmallProject killed, long seed, String... run)
      throws Exception {
    straight.finetune(run);
    Kills kills = new Kills(seed);
    kills.finish(killed, 2, run);
    assertTrue(kills.done() > 0, "never killed");
    assertEquals(3, straight.result().size());
    assertEquals(straight.result(), killed.result());
    assertEquals(straight.steps(), killed.steps());
    assertEquals(losses(straight), losses(killed));
    assertTrue(
        SmallProject.digests(killed.output()).keySet().stream()
            .noneMatch(f -> f.contains(".tmp-")));
  }
}
