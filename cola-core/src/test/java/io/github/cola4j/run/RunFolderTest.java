package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.StopSignal;
import io.github.cola4j.worker.Worker;
import io.github.cola4j.worker.WorkerOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose the output folder is, and what happens to what stands in it. */
class RunFolderTest {
  @TempDir Path folder;

  private static final String SHORT = "training.max_steps=5";

  @Test
  void aFinishedRunIsRefusedUnlessForced() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    Map<String, String> result = project.result();
    Map<String, String> before = SmallProject.digests(project.output());
    assertEquals(
        List.of(
            ".cola.lock",
            "adapter/adapter_config.json",
            "adapter/adapter_model.safetensors",
            "checkpoint/step-00000003/progress.json",
            "checkpoint/step-00000003/state.safetensors",
            "inputs.json",
            "metrics.jsonl",
            "spec.yaml",
            "summary.json"),
        List.copyOf(before.keySet()));

    assertEquals(
        Failure.user(
            "the run at " + project.output() + " is finished already",
            "force it to train from scratch, delete the folder, or set output: to another one"),
        project.complaint(SHORT));
    assertEquals(before, SmallProject.digests(project.output()));

    for (String made :
        List.of(
            "merged",
            "merged.tmp-0a1b2c3d",
            "merged-ann.old-0a1b2c3d",
            "exported.tmp-0a1b2c3d",
            "evaluation-base-validation.json",
            "evaluation.json.tmp-0a1b2c3d",
            "merged.notes")) {
      project.write("run/" + made, "of the run before");
    }
    assertTrue(project.finetune(event -> {}, StopSignal.NEVER, true, SHORT));
    assertEquals(result, project.result());
    List<String> files = new ArrayList<>(before.keySet());
    files.add("merged.notes"); // nothing that is made of a run is called so
    assertEquals(Set.copyOf(files), SmallProject.digests(project.output()).keySet());
  }

  @Test
  void evaluationsOfDifferentNamesDoNotMeet() {
    // As texts: not every system can have such files.
    assertEquals(
        List.of("prüfung.tsv", "試験.tsv", "a%20b_c-d.tsv", "a%25b%2Fc", "%F0%9F%98%80"),
        Stream.of("prüfung.tsv", "試験.tsv", "a b_c-d.tsv", "a%b/c", "😀")
            .map(RunFolder::fileName)
            .toList());
    assertEquals(
        folder.resolve("evaluation-base-a%20b.tsv.json"),
        RunFolder.evaluation(folder, List.of("base", "a b.tsv")));
  }

  @Test
  void forceWithBadInputThrowsNothingAway() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    Map<String, String> before = SmallProject.digests(project.output());
    project.write("train.tsv", "sentence\n");
    assertThrows(
        RuntimeException.class, () -> project.finetune(event -> {}, StopSignal.NEVER, true, SHORT));
    assertEquals(before, SmallProject.digests(project.output()));
  }

  @Test
  void anUnfinishedRunWithOtherInputsIsRefused() {
    SmallProject project = SmallProject.bert(folder);
    stopAfter(project, 4);
    Map<String, String> before = SmallProject.digests(project.output());
    String baseConfig = project.read("base/config.json");
    String train = project.read("train.tsv");
    project.write("base/config.json", baseConfig + "\n");
    project.write("train.tsv", train + "clear journey\t1\n");

    assertEquals(
        Failure.user(
            "the unfinished run at " + project.output() + " was begun with other inputs",
            "training.optimizer.lr: was 0.01, is 0.02",
            "evaluation.patience: was absent, is 3",
            "the content of base has changed",
            "the content of data.train has changed",
            "undo the change to go on with that run, force it to train from scratch, or set"
                + " output: to another folder"),
        project.complaint("training.optimizer.lr=2e-2", "evaluation.patience=3"));
    assertEquals(before, SmallProject.digests(project.output()));

    project.write("base/config.json", baseConfig);
    project.write("train.tsv", train);
    List<Event> events = // without influence
        project.finetune("checkpoint.every=never", "gates.accuracy=>= 2", "gates.f1=> 0");
    assertTrue(events.contains(new Event.Resumed(4)));
  }

  @Test
  void aRunThatNeverSavedHasNothingToLose() {
    SmallProject project = SmallProject.bert(folder);
    assertThrows(
        IllegalStateException.class,
        () ->
            project.finetune(
                event -> {
                  throw new IllegalStateException("broken off");
                },
                StopSignal.NEVER,
                false,
                SHORT));
    project.finetune("training.max_steps=4"); // another spec
    assertEquals(4, project.json("run/summary.json").get("steps").asInt());
  }

  @Test
  void theSecondProcessIsRefused() throws Exception {
    SmallProject project = SmallProject.bert(folder);
    CountDownLatch inside = new CountDownLatch(1);
    Worker first =
        Worker.start(
            project.worker("training.epochs=2000"), event -> inside.countDown(), line -> {});
    inside.await();
    Failure problem =
        Failure.user(
            "another run is writing into " + project.output(),
            "wait for it, or set output: to another folder");
    assertEquals(problem, project.complaint());
    assertEquals(new WorkerOutcome.Failed(problem), project.inWorker());
    assertTrue(first.isAlive(), "the first one was over too soon for this test");
    first.stop("seen");
    WorkerOutcome outcome = first.await();
    assertTrue(assertInstanceOf(WorkerOutcome.Stopped.class, outcome).clean(), outcome::text);
  }

  @Test
  void thisProcessHoldsItsOwnRunToo() {
    SmallProject project = SmallProject.bert(folder);
    CompletableFuture<Failure> second = new CompletableFuture<>();
    project.finetune(
        event -> {
          if (!second.isDone()) {
            second.complete(project.complaint());
          }
        },
        StopSignal.NEVER,
        false,
        SHORT);
    assertEquals("another run is writing into " + project.output(), second.join().message());
  }

  @Test
  void aFolderOfOthersIsRefused() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    Files.createDirectories(project.output());
    project.write("run/spec.yaml", "the user's own");
    Map<String, String> before = SmallProject.digests(project.output());
    Failure problem =
        Failure.user(
            "the output folder " + project.output() + " holds files that no run wrote (spec.yaml)",
            "set output: to an empty folder, or to one that does not exist yet");
    assertEquals(problem, project.complaint());
    assertThrows(RunException.class, () -> project.finetune(event -> {}, StopSignal.NEVER, true));
    assertEquals(before, SmallProject.digests(project.output()));

    assertEquals(
        "the output folder "
            + folder.resolve(".")
            + " holds files that no run wrote (base, cola.yaml, run, …)",
        project.complaint("output=.").message());
    Files.delete(project.output().resolve("spec.yaml"));
    project.finetune(SHORT); // into an empty one
  }

  @Test
  void whatAKilledProcessLeftIsClearedAway() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    stopAfter(project, 4);
    Files.createDirectories(project.output().resolve("checkpoint/step-00000004.tmp-0a1b2c3d"));
    project.write("run/checkpoint/step-00000004.tmp-0a1b2c3d/state.safetensors", "half");
    project.write("run/metrics.jsonl.tmp-0a1b2c3d", "half");
    project.write("run/notes.tmp-of-mine", "kept");
    project.write("run/metrics.jsonl", project.read("run/metrics.jsonl") + "{\"type\":\"step_d");
    project.finetune();
    List<String> left =
        SmallProject.digests(project.output()).keySet().stream()
            .filter(f -> f.contains(".tmp-"))
            .toList();
    assertEquals(List.of("notes.tmp-of-mine"), left);
    assertEquals(2 * SmallProject.STEPS_PER_EPOCH, project.steps().size());
  }

  @Test
  void theLastCheckpointsAreKept() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune("checkpoint={every: 4, keep: 3}");
    assertEquals(List.of("step-00000012", "step-00000016", "step-00000020"), checkpoints(project));
  }

  @Test
  void aDamagedCheckpointIsTold() throws IOException {
    SmallProject straight = SmallProject.bert(folder.resolve("straight"));
    straight.finetune();
    SmallProject project = SmallProject.bert(folder.resolve("damaged"));
    stopAfter(project, 4);
    Path last = project.output().resolve("checkpoint/step-00000004");
    Path file = last.resolve("state.safetensors");
    long size = Files.size(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size / 2);
    }
    Failure problem = project.complaint();
    assertEquals(Failure.Kind.USER, problem.kind());
    assertTrue(
        problem
            .message()
            .startsWith(
                last
                    + ": is damaged; delete this folder: the run then goes on from step-00000003 ("
                    + file
                    + ": "),
        problem.message());

    project.write("run/checkpoint/step-00000004/progress.json", "{}");
    assertTrue(project.complaint().message().contains("does not say the step"));
    project.write("run/checkpoint/step-00000004/progress.json", "");
    assertTrue(project.complaint().message().contains("progress.json: is damaged in line 1)"));

    RunFolder.delete(last);
    assertTrue(project.finetune().contains(new Event.Resumed(3)));
    assertEquals(straight.result(), project.result());
  }

  @Test
  void theOnlyCheckpointIsDamaged() {
    SmallProject project = SmallProject.bert(folder);
    stopAfter(project, 2);
    project.write("run/checkpoint/step-00000002/progress.json", "{");
    assertTrue(
        project.complaint().message().contains("the run then begins anew, since there is no other"),
        project.complaint()::message);
    RunFolder.delete(project.output().resolve("checkpoint/step-00000002"));
    assertFalse(project.finetune().stream().anyMatch(Event.Resumed.class::isInstance));
  }

  /** Where a checkpoint's place is taken by something else, on every system. */
  @Test
  void aCheckpointThatCannotBeWrittenStopsTheRun() throws IOException {
    SmallProject straight = SmallProject.bert(folder.resolve("straight"));
    straight.finetune();
    SmallProject project = SmallProject.bert(folder.resolve("blocked"));
    List<Event> events = new ArrayList<>();
    RuntimeException problem =
        assertThrows(
            RuntimeException.class,
            () ->
                project.finetune(
                    event -> {
                      events.add(event);
                      if (event instanceof Event.CheckpointWritten written && written.step() == 3) {
                        moveAway(project.output().resolve("checkpoint"));
                      }
                    },
                    StopSignal.NEVER,
                    false));
    Failure failure = new FinetuneJob().describe(problem);
    assertEquals(Failure.Kind.USER, failure.kind(), failure::text);
    Path next = project.output().resolve("checkpoint/step-00000006");
    assertTrue(failure.text().contains(next + " could not be written"), failure.text());
    assertFalse(Files.exists(project.adapterFile()));

    Files.delete(project.output().resolve("checkpoint"));
    Files.move(project.output().resolve("moved"), project.output().resolve("checkpoint"));
    assertTrue(project.finetune().contains(new Event.Resumed(3)));
    assertEquals(straight.result(), project.result());
  }

  private static void moveAway(Path checkpoints) {
    try {
      Files.move(checkpoints, checkpoints.resolveSibling("moved"));
      Files.writeString(checkpoints, "a file where a folder should be");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A real full disk; it takes root to make one. */
  @Test
  void aFullDisk() throws Exception {
    SmallProject straight = SmallProject.bert(folder.resolve("straight"));
    straight.finetune();
    SmallProject project = SmallProject.bert(folder.resolve("full"));
    Files.createDirectories(project.output());
    assumeTrue(
        mounted("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", project.output().toString()),
        "only root on Linux may mount a small disk");
    try {
      Path ballast = project.output().resolve("checkpoint/ballast");
      List<Event> events = new ArrayList<>();
      StorageException full =
          assertThrows(
              StorageException.class,
              () ->
                  project.finetune(
                      event -> {
                        events.add(event);
                        if (event instanceof Event.CheckpointWritten) {
                          fill(ballast);
                        }
                      },
                      StopSignal.NEVER,
                      false));
      Failure failure = new FinetuneJob().describe(full);
      assertEquals(Failure.Kind.USER, failure.kind());
      assertTrue(
          failure.text().startsWith("no space left on device: " + project.output()),
          failure.text());
      assertTrue(
          failure.text().contains("free some space or set output: to a folder on another disk"));
      assertEquals(1, events.stream().filter(Event.CheckpointWritten.class::isInstance).count());
      assertFalse(Files.exists(project.adapterFile()));

      Files.delete(ballast);
      assertEquals(List.of("step-00000003"), checkpoints(project));
      assertTrue(project.finetune().contains(new Event.Resumed(3)));
      assertEquals(straight.result(), project.result());
      assertEquals(straight.steps(), project.steps());
    } finally {
      // Lazily: the checkpoint that was read stays mapped until the next garbage collection.
      assertTrue(mounted("umount", "-l", project.output().toString()));
    }
  }

  private static boolean mounted(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no such command here
    }
  }

  private static void fill(Path ballast) {
    byte[] block = new byte[4096];
    try (FileChannel channel =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        channel.write(ByteBuffer.wrap(block));
      }
    } catch (IOException e) {
      // Full, as it shall be.
    }
  }

  private static List<String> checkpoints(SmallProject project) {
    try (Stream<Path> files = Files.list(project.output().resolve("checkpoint"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stopAfter(SmallProject project, int steps) {
    List<Event> events = new ArrayList<>();
    StopSignal stop =
        new StopSignal() {
          @Override
          public boolean requested() {
            return events.stream().filter(Event.StepDone.class::isInstance).count() >= steps;
          }

          @Override
          public String reason() {
            return "enough";
          }
        };
    assertFalse(project.finetune(events::add, stop, false));
  }
}
