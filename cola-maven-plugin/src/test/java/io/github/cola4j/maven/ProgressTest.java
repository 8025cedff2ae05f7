package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.cola4j.event.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final Path FOLDER = Path.of("project").toAbsolutePath();
  private static final Path OUTPUT = FOLDER.resolve("target/cola/reviews");

  private final List<String> screen = new ArrayList<>();
  private long now = 1_000_000;

  @Test
  void aServerGetsLinesNowAndThen() {
    try (Progress progress = progress(Optional.empty())) {
      begin(progress);
      for (int step = 1; step <= 100; step++) {
        now += Duration.ofSeconds(2).toNanos();
        progress.accept(step(step));
      }
      end(progress);
    }
    assertEquals(
        """
        Run reviews: ../base, sequence-classification, 3,200 rows, 100 steps
        12 sites, 73,728 trainable parameters; device cpu, 2 threads
        step 1/100 (1 %)  loss 0.9900  145 rows/s
        step 10/100 (10 %)  loss 0.9000  145 rows/s  ETA 3:00
        step 20/100 (20 %)  loss 0.8000  145 rows/s  ETA 2:40
        step 30/100 (30 %)  loss 0.7000  145 rows/s  ETA 2:20
        step 40/100 (40 %)  loss 0.6000  145 rows/s  ETA 2:00
        step 50/100 (50 %)  loss 0.5000  145 rows/s  ETA 1:40
        step 60/100 (60 %)  loss 0.4000  145 rows/s  ETA 1:20
        step 70/100 (70 %)  loss 0.3000  145 rows/s  ETA 1:00
        step 80/100 (80 %)  loss 0.2000  145 rows/s  ETA 0:40
        step 90/100 (90 %)  loss 0.1000  145 rows/s  ETA 0:20
        step 100/100 (100 %)  loss 0.0000  145 rows/s  ETA 0:00
        Validation at step 100: accuracy 0.8234, f1 0.8300 (best so far)
        Checkpoint at step 100: target/cola/reviews/checkpoint/100
        Finished 100 steps in 3:20, 145 rows/s in training
        Metrics: accuracy 0.8234, f1 0.8300
        Adapter: target/cola/reviews/adapter
        """,
        shown());
  }

  @Test
  void aShortRunIsNotFloodedAndALongOneNotSilent() {
    try (Progress progress = progress(Optional.empty())) {
      for (int step = 1; step <= 50; step++) {
        now += Duration.ofMillis(20).toNanos();
        progress.accept(step(step));
      }
      now += Duration.ofMinutes(1).toNanos();
      progress.accept(step(51));
    }
    assertEquals(
        """
        step 1/100 (1 %)  loss 0.9900  145 rows/s
        step 51/100 (51 %)  loss 0.4900  145 rows/s  ETA 1:00
        """,
        shown());
  }

  @Test
  void rowsThatHaveAnswers() {
    try (Progress progress = progress(Optional.empty())) {
      for (int rows = 256; rows <= 1280; rows += 256) {
        now += Duration.ofSeconds(20).toNanos();
        progress.accept(new Event.RowsAnswered(rows, 1280, 12.8));
      }
      progress.accept(Event.Message.info("1,280 answers in " + OUTPUT.resolve("answers.jsonl")));
    }
    assertEquals(
        """
        256 of 1,280 rows (20 %)  13 rows/s
        512 of 1,280 rows (40 %)  13 rows/s  ETA 1:00
        768 of 1,280 rows (60 %)  13 rows/s  ETA 0:40
        1,024 of 1,280 rows (80 %)  13 rows/s  ETA 0:20
        1,280 of 1,280 rows (100 %)  13 rows/s  ETA 0:00
        1,280 answers in target/cola/reviews/answers.jsonl
        """,
        shown());
  }

  @Test
  void frequentCheckpointsAreToldNowAndThen() {
    try (Progress progress = progress(Optional.empty())) {
      for (int step = 1; step <= 9; step++) {
        progress.accept(new Event.CheckpointWritten(step, OUTPUT.resolve("checkpoint/" + step)));
        now += Duration.ofSeconds(3).toNanos();
      }
    }
    assertEquals(
        """
        Checkpoint at step 1: target/cola/reviews/checkpoint/1
        Checkpoint at step 5: target/cola/reviews/checkpoint/5
        Checkpoint at step 9: target/cola/reviews/checkpoint/9
        """,
        shown());
  }

  @Test
  void aTerminalGetsOneLineThatIsWrittenOver() {
    LiveLine live =
        new LiveLine() {
          @Override
          public void show(String text) {
            screen.add("> " + text);
          }

          @Override
          public void clear() {
            screen.add(">");
          }
        };
    try (Progress progress = progress(Optional.of(live))) {
      for (int step = 1; step <= 12; step++) {
        now += Duration.ofMillis(50).toNanos();
        progress.accept(step(step));
      }
      progress.accept(Event.Message.warn("two rows without text were left out"));
      progress.print("a library's word");
    }
    assertEquals(
        """
        > step 1/100 (1 %)  loss 0.9900  145 rows/s
        > step 5/100 (5 %)  loss 0.9500  145 rows/s  ETA 0:05
        > step 9/100 (9 %)  loss 0.9100  145 rows/s  ETA 0:05
        >
        WARN two rows without text were left out
        >
        WARN a library's word
        >
        """,
        shown());
  }

  @Test
  void aRunThatContinuesAndIsStoppedSaysWhereItStands() {
    try (Progress progress = progress(Optional.empty())) {
      progress.accept(new Event.Resumed(1200));
      progress.accept(Event.Message.info("positive 0.9713 a gem of a film"));
      progress.accept(new Event.Stopped(1300, "interrupted", OUTPUT.resolve("checkpoint/1300")));
      progress.accept(new Event.Stopped(3, "interrupted", null));
      progress.accept(new Event.Validated(1, Map.of("matthews_correlation", Double.NaN), false));
    }
    assertEquals(
        """
        Continues after step 1,200
        positive 0.9713 a gem of a film
        Stopped after step 1,300: interrupted
        Start it again to continue from target/cola/reviews/checkpoint/1300
        Stopped after step 3: interrupted
        Nothing was saved yet: started again, it begins anew
        Validation at step 1: matthews_correlation NaN
        """,
        shown());
  }

  private Progress progress(Optional<LiveLine> live) {
    return new Progress(screen::add, line -> screen.add("WARN " + line), live, () -> now, FOLDER);
  }

  private static void begin(Progress progress) {
    progress.accept(
        new Event.RunStarted(
            "reviews", "../base", "sequence-classification", 3200, 100, 73_728, 12, "cpu", 2));
  }

  private static Event.StepDone step(long step) {
    return new Event.StepDone(
        step, 100, step / 100., 1 - step / 100., 3e-3, 145.4, 200, 20, 1, 0, 0, 0);
  }

  private static void end(Progress progress) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("accuracy", 0.82339);
    metrics.put("f1", 0.83);
    progress.accept(new Event.Validated(100, metrics, true));
    progress.accept(new Event.CheckpointWritten(100, OUTPUT.resolve("checkpoint/100")));
    progress.accept(
        new Event.RunFinished(100, metrics, 145.4, OUTPUT.resolve("adapter"), OUTPUT, 200));
  }

  private String shown() {
    return String.join("\n", screen).replace('\\', '/') + "\n";
  }
}
