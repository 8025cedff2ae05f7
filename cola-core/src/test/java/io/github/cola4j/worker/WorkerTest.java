package io.github.cola4j.worker;

import static io.github.cola4j.worker.Workers.command;
import static io.github.cola4j.worker.Workers.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real child processes that end in order. */
class WorkerTest {
  private static final Event READY = Event.Message.info("ready");

  @TempDir Path logs;

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();

  private WorkerOutcome run(WorkerCommand command) throws IOException {
    return Worker.run(command, events::add, log::add, StopSignal.NEVER);
  }

  private Worker start(WorkerCommand command) throws Exception {
    Worker worker = Worker.start(command, events::add, log::add);
    eventually("the job says that it is ready", () -> events.contains(READY));
    return worker;
  }

  @Test
  void everyEventArrivesInOrderAndTheResultAfterThem() throws Exception {
    ObjectNode arguments =
        JsonNodeFactory.instance.objectNode().put("count", 10_000).put("text", "ä \"q\"\n");
    List<Event> seen = new ArrayList<>();
    WorkerOutcome outcome =
        Worker.run(
            command(TestJobs.Counting.class.getName(), logs, arguments),
            seen::add,
            log::add,
            StopSignal.NEVER);
    assertEquals(new WorkerOutcome.Finished(arguments), outcome);
    assertEquals(
        LongStream.rangeClosed(1, 10_000).<Event>mapToObj(Event.Resumed::new).toList(), seen);
  }

  @Test
  void stopIsHonoured() throws Exception {
    Worker worker = start(command(TestJobs.UntilStopped.class, logs));
    assertTrue(worker.isAlive());
    assertEquals(Optional.empty(), worker.await(Duration.ofMillis(1)));
    worker.stop("the user asked");
    worker.stop("again");
    var stopped = assertInstanceOf(WorkerOutcome.Stopped.class, worker.await());
    assertTrue(stopped.clean());
    assertEquals("the user asked", stopped.reason());
    assertEquals(new Event.Stopped(1, "the user asked", Path.of("here")), events.get(1));
    assertFalse(worker.isAlive());
    assertEquals(stopped, worker.outcome().get());
  }

  @Test
  void stopBeforeTheJobBeganIsHonoured() throws Exception {
    Worker worker = Worker.start(command(TestJobs.UntilStopped.class, logs), events::add, log::add);
    worker.stop("at once");
    assertEquals("stopped (at once)", worker.await().text());
  }

  @Test
  void aPolledSignalStopsARun() throws Exception {
    WorkerOutcome outcome =
        Worker.run(
            command(TestJobs.UntilStopped.class, logs),
            events::add,
            log::add,
            () -> events.contains(READY));
    assertTrue(assertInstanceOf(WorkerOutcome.Stopped.class, outcome).clean());
  }

  @Test
  void anInterruptedThreadStopsItsRunAndStaysInterrupted() throws Exception {
    Thread front = Thread.currentThread();
    WorkerOutcome outcome =
        Worker.run(
            command(TestJobs.UntilStopped.class, logs),
            event -> {
              events.add(event);
              if (event.equals(READY)) {
                front.interrupt();
              }
            },
            log::add,
            StopSignal.NEVER);
    assertTrue(Thread.interrupted());
    assertEquals("stopped (interrupted)", outcome.text());
  }

  @Test
  void whoDoesNotStopInItsGraceIsKilled() throws Exception {
    Worker worker =
        start(command(TestJobs.Deaf.class, logs).withLimits(null, Duration.ofMillis(200)));
    worker.stop("enough");
    var stopped = assertInstanceOf(WorkerOutcome.Stopped.class, worker.await());
    assertFalse(stopped.clean());
    assertTrue(stopped.text().contains("enough") && stopped.text().contains("killed"));
  }

  @Test
  void killEndsItAtOnce() throws Exception {
    Worker worker = start(command(TestJobs.Deaf.class, logs));
    worker.kill();
    assertFalse(assertInstanceOf(WorkerOutcome.Stopped.class, worker.await()).clean());
  }

  @Test
  void theTimeLimitStopsFirstAndSaves() throws Exception {
    Duration limit = Duration.ofSeconds(3);
    WorkerOutcome outcome =
        run(command(TestJobs.UntilStopped.class, logs).withLimits(limit, Workers.LONG));
    assertEquals(new WorkerOutcome.TimedOut(limit, true), outcome);
    assertTrue(outcome.text().contains("time limit of 3s"), outcome.text());
  }

  @Test
  void theTimeLimitKillsWhoDoesNotStop() throws Exception {
    Duration soon = Duration.ofMillis(300);
    WorkerOutcome outcome = run(command(TestJobs.Deaf.class, logs).withLimits(soon, soon));
    assertEquals(new WorkerOutcome.TimedOut(soon, false), outcome);
  }

  @Test
  void aThreadLeftBehindHoldsUpNobody() throws Exception {
    assertInstanceOf(
        WorkerOutcome.Finished.class, run(command(TestJobs.LeavesThreadBehind.class, logs)));
  }

  @Test
  void muchOutputBlocksNobody() throws Exception {
    WorkerOutcome outcome = run(command(TestJobs.Prints.class, logs));
    assertInstanceOf(WorkerOutcome.Finished.class, outcome);
    assertEquals(10_000, log.stream().filter("0123456789".repeat(100)::equals).count());
    assertEquals("end äöü", log.get(log.size() - 1));
    assertTrue(log.stream().allMatch(line -> line.length() <= Output.LONGEST_LINE));
  }

  @Test
  void problemsOfTheUserComeBackInPlainWords() throws Exception {
    ObjectNode mine = JsonNodeFactory.instance.objectNode().put("mine", true);
    WorkerOutcome outcome = run(command(TestJobs.Throws.class.getName(), logs, mine));
    assertEquals(
        new WorkerOutcome.Failed(Failure.user("label 7 is out of range", "train.tsv, line 12")),
        outcome);
  }

  @Test
  void otherProblemsComeBackWithTheirTrace() throws Exception {
    Failure failure = failureOf(command(TestJobs.Throws.class, logs));
    assertEquals(Failure.Kind.INTERNAL, failure.kind());
    assertTrue(failure.message().contains("unforeseen"));
    assertTrue(failure.stackTrace().contains("TestJobs$Throws.run"), failure.stackTrace());
  }

  @Test
  void aFullHeapIsTold() throws Exception {
    Failure failure =
        failureOf(
            command(TestJobs.FillsHeap.class, logs)
                .withJava(WorkerCommand.currentJava(), List.of("-Xmx16m")));
    assertEquals(Failure.Kind.OUT_OF_MEMORY, failure.kind());
    assertTrue(failure.text().contains("-Xmx"), failure.text());
  }

  @Test
  void aClassThatIsNoJobIsNamed() throws Exception {
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    Failure missing = failureOf(command("nowhere.Job", logs, none));
    assertEquals("no class nowhere.Job on the worker's class path", missing.message());
    Failure other = failureOf(command("java.lang.String", logs, none));
    assertTrue(other.message().contains("java.lang.String cannot be run as a job"));
  }

  @Test
  void anEventTooLargeForAFrameFailsTheJobThatSentIt() throws Exception {
    Failure failure = failureOf(command(TestJobs.SendsTooMuch.class, logs));
    assertTrue(failure.message().contains("larger than a frame"), failure.message());
  }

  @Test
  void whatTheSinkThrowsComesOut() throws Exception {
    RuntimeException problem = new IllegalStateException("no display");
    var thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                Worker.run(
                    command(TestJobs.UntilStopped.class, logs),
                    event -> {
                      throw problem;
                    },
                    log::add,
                    StopSignal.NEVER));
    assertSame(problem, thrown);
  }

  @Test
  void aJavaThatIsNotThereIsAnError() {
    assertThrows(
        IOException.class,
        () -> run(command(TestJobs.Deaf.class, logs).withJava(logs.resolve("java"), List.of())));
  }

  private Failure failureOf(WorkerCommand command) throws IOException {
    return assertInstanceOf(WorkerOutcome.Failed.class, run(command)).failure();
  }
}
