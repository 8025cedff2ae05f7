package io.github.cola4j.worker;

import static io.github.cola4j.worker.Workers.command;
import static io.github.cola4j.worker.Workers.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real child processes that end badly, and what is told of them. */
class CrashTest {
  @TempDir Path folder;

  private final List<Event> events = new CopyOnWriteArrayList<>();

  private WorkerOutcome.Crashed crash(WorkerCommand command) throws IOException {
    WorkerOutcome outcome = Worker.run(command, events::add, line -> {}, StopSignal.NEVER);
    return assertInstanceOf(WorkerOutcome.Crashed.class, outcome, outcome::text);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no signals there
  void killedFromOutside() throws Exception {
    WorkerOutcome.Crashed crashed = signalled(TestJobs.Deaf.class, "-KILL");
    assertEquals(137, crashed.exitCode());
    assertTrue(crashed.text().contains("SIGKILL"), crashed.text());
    assertTrue(crashed.text().contains("memory"), crashed.text());
    assertTrue(signalled(TestJobs.Deaf.class, "-TERM").text().contains("SIGTERM"));
  }

  private WorkerOutcome.Crashed signalled(Class<? extends Job> job, String signal)
      throws Exception {
    events.clear();
    Worker worker = Worker.start(command(job, folder), events::add, line -> {});
    eventually("the job runs", () -> !events.isEmpty());
    kill(signal, worker.pid());
    return assertInstanceOf(WorkerOutcome.Crashed.class, worker.await());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no signals there
  void anInterruptFromTheTerminalIsLeftToTheFrontEnd() throws Exception {
    Worker worker =
        Worker.start(command(TestJobs.UntilStopped.class, folder), events::add, line -> {});
    eventually("the job runs", () -> !events.isEmpty());
    kill("-INT", worker.pid());
    worker.stop("the front end says so");
    assertEquals("stopped (the front end says so)", worker.await().text());
  }

  private static void kill(String signal, long pid) throws Exception {
    new ProcessBuilder("kill", signal, Long.toString(pid)).inheritIO().start().waitFor();
  }

  @Test
  void anInvalidMemoryAccessLeavesTheReportOfTheJvm() throws Exception {
    Path logs = folder.resolve("not/there yet");
    WorkerOutcome.Crashed crashed = crash(command(TestJobs.Segfaults.class, logs));
    Path report = crashed.errorFile().orElseThrow();
    assertEquals(logs, report.getParent());
    assertTrue(Files.readString(report).contains("SIGSEGV"));
    assertTrue(crashed.text().contains(report.toString()), crashed.text());
    assertTrue(crashed.cause().contains("in native code: SIGSEGV in V [lib"), crashed.text());
  }

  @Test
  void anAbortOfLibtorchIsReadable() throws Exception {
    WorkerOutcome.Crashed crashed = crash(command(TestJobs.AbortsNatively.class, folder));
    assertEquals(List.of(Event.Message.info("libtorch is up")), events);
    assertTrue(crashed.text().contains("SIGABRT"), crashed.text());
    assertTrue(crashed.text().contains("native library"), crashed.text());
  }

  @Test
  void anExitInTheJobIsNoSuccess() throws Exception {
    WorkerOutcome.Crashed crashed = crash(command(TestJobs.Exits.class, folder));
    assertEquals(3, crashed.exitCode());
    assertEquals(Optional.empty(), crashed.errorFile());
    assertTrue(crashed.text().contains("about to exit"), crashed.text());
  }

  @Test
  void jvmArgumentsThatTheJvmRefusesAreNamed() throws Exception {
    WorkerCommand command = command(TestJobs.Deaf.class, folder);
    String text =
        crash(command.withJava(WorkerCommand.currentJava(), List.of("-XX:+NoSuchThing"))).text();
    assertTrue(text.contains("NoSuchThing") && text.contains("JVM arguments"), text);
    text = crash(command.withJava(WorkerCommand.currentJava(), List.of("-Xmx1"))).text();
    assertTrue(text.contains("Too small maximum heap"), text);
  }

  @Test
  void aClassPathWithoutTheWorkerIsNamed() throws Exception {
    WorkerCommand command =
        WorkerCommand.of(
            List.of(folder), folder, "any.Job", command(TestJobs.Deaf.class, folder).arguments());
    assertTrue(crash(command).text().contains("cola-core must be on"), crash(command).text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "134 | what():  boom | native library: boom, SIGABRT",
        "134 | | SIGABRT",
        "139 | | SIGSEGV",
        "-1073741819 | | invalid memory access",
        "137 | | as memory ran out",
        "143 | | SIGTERM",
        "129 | | SIGHUP",
        "132 | | SIGILL",
        "135 | | SIGBUS",
        "149 | | signal 21",
        "127 | | not found",
        "0 | | ended before its job did",
        "1 | java.lang.UnsupportedClassVersionError: x | too old a Java",
        "1 | insufficient memory for the Java Runtime | the machine's memory",
        "134 | std::bad_alloc | the machine's memory",
        "1 | Error: Could not find or load main class x | could not start",
      })
  void exitCodesAndLastLinesAreRead(int code, String line, String expected) {
    List<String> lines = line == null ? List.of() : List.of("first", line);
    String text = Crash.read(code, lines, Optional.empty()).text();
    assertTrue(text.contains(expected), text);
  }
}
