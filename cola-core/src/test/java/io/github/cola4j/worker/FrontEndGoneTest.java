package io.github.cola4j.worker;

import static io.github.cola4j.worker.Workers.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Front ends in JVMs of their own that go away, and what becomes of their workers. */
class FrontEndGoneTest {
  @TempDir Path folder;

  private Path mark;
  private Path scratch;
  private Process parent;
  private BufferedReader parentSays;

  @BeforeEach
  void folders() throws IOException {
    mark = folder.resolve("mark");
    scratch = Files.createDirectory(folder.resolve("scratch"));
  }

  @AfterEach
  void end() {
    if (parent != null) {
      parent.descendants().forEach(ProcessHandle::destroyForcibly);
      parent.destroyForcibly();
    }
  }

  private void startParent(Class<? extends Job> job, long graceMillis, String... more)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                WorkerCommand.currentJava().toString(),
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty("java.class.path"),
                ParentMain.class.getName(),
                job.getName(),
                Long.toString(graceMillis),
                folder.resolve("logs").toString(),
                mark.toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    // Names with an umlaut need a locale that has one.
    builder.environment().put("LC_ALL", "C.UTF-8");
    parent = builder.start();
    parentSays = parent.inputReader(StandardCharsets.UTF_8);
  }

  /** The worker, once its job runs. */
  private ProcessHandle startedWorker(Class<? extends Job> job, long grace) throws IOException {
    startParent(job, grace);
    long number = -1;
    boolean ready = false;
    List<String> said = new ArrayList<>();
    while (number < 0 || !ready) {
      String line = parentSays.readLine();
      if (line == null) {
        throw new AssertionError("the front end ended: " + said);
      }
      said.add(line);
      if (line.startsWith("worker ")) {
        number = Long.parseLong(line.substring("worker ".length()));
      }
      ready |= line.contains("ready");
    }
    return ProcessHandle.of(number).orElseThrow();
  }

  @Test
  void aWorkerWhoseFrontEndWasKilledStopsInOrder() throws Exception {
    ProcessHandle worker = startedWorker(TestJobs.UntilStopped.class, Workers.LONG.toMillis());
    parent.destroyForcibly().waitFor();
    eventually("the worker ended", () -> !worker.isAlive());
    assertEquals("the front end is gone", Files.readString(mark));
  }

  @Test
  void aDeafWorkerWhoseFrontEndWasKilledIsHaltedAfterItsGrace() throws Exception {
    ProcessHandle worker = startedWorker(TestJobs.Deaf.class, 500);
    parent.destroyForcibly().waitFor();
    eventually("the worker ended", () -> !worker.isAlive());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // a process cannot be asked to end there
  void aFrontEndThatIsAskedToEndStopsItsWorkerFirst() throws Exception {
    ProcessHandle worker = startedWorker(TestJobs.UntilStopped.class, Workers.LONG.toMillis());
    parent.destroy();
    parent.waitFor();
    assertFalse(worker.isAlive());
    assertEquals("the front end is ending", Files.readString(mark));
    assertEquals(List.of(), contents(scratch));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // a process cannot be asked to end there
  void aFrontEndThatIsAskedToEndKillsADeafWorkerAfterItsGrace() throws Exception {
    ProcessHandle worker = startedWorker(TestJobs.Deaf.class, 500);
    parent.destroy();
    parent.waitFor();
    assertFalse(worker.isAlive());
  }

  @Test
  void pathsWithSpacesQuotesAndUmlautsArriveAndNothingIsLeftBehind() throws Exception {
    startParent(TestJobs.Counting.class, Workers.LONG.toMillis(), folder.toString());
    List<String> said = parentSays.lines().toList();
    assertEquals("finished", said.get(said.size() - 1), said::toString);
    assertTrue(said.contains("Resumed[step=3]"), said::toString);
    assertEquals(List.of(), contents(scratch));
  }

  private static List<Path> contents(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
