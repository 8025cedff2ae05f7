package io.github.cola4j.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.cola4j.event.EventJson;
import io.github.cola4j.event.EventSink;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A child process that runs one {@link Job}, from its start to its {@link WorkerOutcome}.
 *
 * <p>A front end that only wants a job done calls {@link #run}; one that goes on meanwhile (a
 * notebook) keeps the handle of {@link #start}. When the front end's JVM shuts down (Ctrl-C), the
 * worker is asked to stop, given its grace period, then killed; should the front end die without
 * that, the worker notices and ends by itself.
 */
public final class Worker {
  private static final String ARGUMENTS = "arguments";
  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * How long output may still come after the process ended (a process of its own holds the pipe).
   */
  private static final Duration OUTPUT_LAG = Duration.ofSeconds(5);

  private final WorkerCommand command;
  private final EventSink sink;
  private final Path scratch;
  private final Reception reception;
  private final Process process;
  private final Output output;
  private final Thread hook = new Thread(this::endWithFrontEnd, "cola-worker-shutdown");
  private final CompletableFuture<WorkerOutcome> outcome = new CompletableFuture<>();

  // What came to pass; guarded by this.
  private Connection connection;
  private Message last;
  private Failure broken;
  private RuntimeException sinkProblem;
  private String stopReason;
  private boolean timedOut;
  private boolean killed;

  private Worker(
      WorkerCommand command,
      EventSink sink,
      Consumer<String> log,
      Path scratch,
      Reception reception,
      Process process) {
    this.command = command;
    this.sink = sink;
    this.scratch = scratch;
    this.reception = reception;
    this.process = process;
    this.output = new Output(log);
  }

  /**
   * Starts a worker and returns at once.
   *
   * @param sink takes the job's events, from a thread of the worker's; if it throws, the worker is
   *     stopped and the exception comes out of {@link #await}
   * @param log takes the lines that the process prints, from another thread
   * @throws IOException if the process cannot be started (no such {@code java}, no room for its
   *     argument file); a JVM that starts and then gives up is a {@link WorkerOutcome.Crashed}
   */
  public static Worker start(WorkerCommand command, EventSink sink, Consumer<String> log)
      throws IOException {
    Path scratch = Files.createTempDirectory("cola-worker");
    Reception reception = null;
    try {
      reception = new Reception();
      Process process = launch(command, scratch, reception);
      Worker worker = new Worker(command, sink, log, scratch, reception, process);
      worker.attend();
      return worker;
    } catch (IOException | RuntimeException e) {
      if (reception != null) {
        reception.close();
      }
      delete(scratch);
      throw e;
    }
  }

  /**
   * Runs a job to its end.
   *
   * @param stop polled; when it asks, the worker is asked to stop
   * @return how it ended; if the calling thread is interrupted, the worker is asked to stop, and
   *     the thread is interrupted still when this returns
   * @throws IOException as for {@link #start}
   */
  public static WorkerOutcome run(
      WorkerCommand command, EventSink sink, Consumer<String> log, StopSignal stop)
      throws IOException {
    Worker worker = start(command, sink, log);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          Optional<WorkerOutcome> ended = worker.await(POLL);
          if (ended.isPresent()) {
            return ended.get();
          }
        } catch (InterruptedException e) {
          interrupted = true;
          worker.stop("interrupted");
        }
        if (stop.requested()) {
          worker.stop(stop.reason());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The process's number. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process runs still. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** How it ended, once it has. Completes exceptionally only with what the event sink threw. */
  public CompletableFuture<WorkerOutcome> outcome() {
    return outcome.copy();
  }

  /**
   * Waits for the end.
   *
   * @throws RuntimeException what the event sink threw, if it did
   */
  public WorkerOutcome await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  /** Waits for the end, at most so long; empty if the worker runs still. */
  public Optional<WorkerOutcome> await(Duration limit) throws InterruptedException {
    try {
      return Optional.of(outcome.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  /**
   * Asks the job to finish its step, save and end; returns at once. A worker that is not done when
   * the grace period is over is killed. Asking again changes nothing.
   */
  public void stop(String reason) {
    synchronized (this) {
      if (stopReason != null) {
        return;
      }
      stopReason = reason;
    }
    sendStop(reason);
    afterwards(command.grace(), this::kill);
  }

  /** Ends the process at once; what the job has not saved is lost. */
  public void kill() {
    synchronized (this) {
      killed = true;
      if (stopReason == null) {
        stopReason = "killed";
      }
    }
    process.destroyForcibly();
  }

  private static Process launch(WorkerCommand command, Path scratch, Reception reception)
      throws IOException {
    List<String> arguments = new ArrayList<>(WorkerCommand.DEFAULT_JVM_ARGUMENTS);
    arguments.add("-XX:ErrorFile=" + scratch.resolve("hs_err_pid%p.log"));
    arguments.add("-XX:-CreateCoredumpOnCrash");
    arguments.addAll(command.jvmArguments());
    command.systemProperties().forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    arguments.add("-cp");
    arguments.add(
        command.classPath().stream()
            .map(entry -> entry.toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator)));
    arguments.add(WorkerMain.class.getName());
    Path file = scratch.resolve(ARGUMENTS);
    ArgumentFile.write(file, arguments);

    ProcessBuilder builder =
        new ProcessBuilder(command.javaExecutable().toString(), "@" + file)
            .redirectErrorStream(true);
    if (command.workingDirectory() != null) {
      builder.directory(command.workingDirectory().toFile());
    }
    Map<String, String> environment = builder.environment();
    WorkerCommand.DEFAULT_ENVIRONMENT.forEach(environment::putIfAbsent);
    command
        .environment()
        .forEach(
            (key, value) -> {
              if (value.isEmpty()) {
                environment.remove(key);
              } else {
                environment.put(key, value);
              }
            });
    environment.put(WorkerMain.PORT, Integer.toString(reception.port()));
    environment.put(WorkerMain.TOKEN, reception.token());
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private void attend() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      process.destroyForcibly();
      throw e;
    }
    Thread drain = Daemon.start("cola-worker-output", () -> output.drain(process.getInputStream()));
    Thread listener = Daemon.start("cola-worker-events", this::converse);
    Daemon.start("cola-worker-end", () -> attendEnd(drain, listener));
    if (command.timeout() != null) {
      afterwards(command.timeout(), this::timeOut);
    }
  }

  /** Does something later, unless the process has ended by then. */
  private void afterwards(Duration delay, Runnable action) {
    process
        .onExit()
        .orTimeout(delay.toMillis(), TimeUnit.MILLISECONDS)
        .whenCompleteAsync(
            (ended, late) -> {
              if (late != null) {
                action.run();
              }
            });
  }

  private void timeOut() {
    synchronized (this) {
      if (stopReason != null || last != null) {
        return;
      }
      timedOut = true;
    }
    stop("the time limit is reached");
  }

  /** Hears the child out. */
  private void converse() {
    Connection child = welcome();
    if (child == null) {
      return;
    }
    try (child) {
      Files.deleteIfExists(scratch.resolve(ARGUMENTS)); // the JVM is up: it has read them
      child.send(
          new Message.Start(command.jobClass(), command.arguments(), command.grace().toMillis()));
      String pending;
      synchronized (this) {
        connection = child;
        pending = stopReason;
      }
      if (pending != null) {
        sendStop(pending);
      }
      for (Message message; (message = child.receive(Connection.MAX_FRAME)) != null; ) {
        if (message instanceof Message.Happened happened) {
          deliver(happened);
        } else if (message instanceof Message.Ended || message instanceof Message.Failed) {
          synchronized (this) {
            last = message;
          }
          // The job is done. What holds the process up now (a library's thread) holds up no one.
          afterwards(command.grace(), process::destroyForcibly);
          return;
        }
      }
    } catch (ProtocolException | IllegalArgumentException e) {
      breakOff(e);
    } catch (IOException e) {
      // The child is dying; its exit code tells more.
    }
  }

  private Connection welcome() {
    try {
      return reception.child().get();
    } catch (ExecutionException e) {
      breakOff(e.getCause());
    } catch (InterruptedException | CancellationException e) {
      // The child ended before it said anything.
    }
    return null;
  }

  private void breakOff(Throwable problem) {
    synchronized (this) {
      broken = Failure.internal(problem);
    }
    process.destroyForcibly();
  }

  private void deliver(Message.Happened happened) {
    synchronized (this) {
      if (sinkProblem != null) {
        return;
      }
    }
    var event = EventJson.read(happened.event());
    try {
      sink.accept(event);
    } catch (RuntimeException e) {
      synchronized (this) {
        sinkProblem = e;
      }
      stop("the front end failed");
    }
  }

  private void sendStop(String reason) {
    Connection child;
    synchronized (this) {
      child = connection;
    }
    if (child != null) {
      try {
        child.send(new Message.Stop(reason));
      } catch (IOException e) {
        // It is ending already.
      }
    }
  }

  private void attendEnd(Thread drain, Thread listener) {
    try {
      process.waitFor();
      reception.close();
      listener.join(); // every event before the outcome
      drain.join(OUTPUT_LAG.toMillis());
    } catch (InterruptedException | IOException e) {
      // Nobody interrupts this thread; a port that cannot be closed is the system's to close.
    }
    WorkerOutcome result = conclude();
    delete(scratch);
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down.
    }
    synchronized (this) {
      if (sinkProblem != null) {
        outcome.completeExceptionally(sinkProblem);
      }
    }
    outcome.complete(result);
  }

  private synchronized WorkerOutcome conclude() {
    if (last instanceof Message.Failed failed) {
      return new WorkerOutcome.Failed(failed.failure());
    }
    if (last instanceof Message.Ended ended) {
      if (!ended.result().early()) {
        return new WorkerOutcome.Finished(ended.result().value());
      }
      return timedOut
          ? new WorkerOutcome.TimedOut(command.timeout(), true)
          : new WorkerOutcome.Stopped(reason(), true, ended.result().value());
    }
    if (broken != null) {
      return new WorkerOutcome.Failed(broken);
    }
    if (killed) {
      return timedOut
          ? new WorkerOutcome.TimedOut(command.timeout(), false)
          : new WorkerOutcome.Stopped(reason(), false, JsonNodeFactory.instance.objectNode());
    }
    return Crash.read(process.exitValue(), output.lastLines(), keepErrorFile());
  }

  private String reason() {
    return stopReason == null ? "by itself" : stopReason;
  }

  /** Moves the JVM's report of its crash, if there is one, to where the user will find it. */
  private Optional<Path> keepErrorFile() {
    Path report = scratch.resolve("hs_err_pid" + process.pid() + ".log");
    if (!Files.exists(report)) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(command.logFolder());
      Path kept = command.logFolder().resolve(report.getFileName());
      return Optional.of(Files.move(report, kept, StandardCopyOption.REPLACE_EXISTING));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void endWithFrontEnd() {
    stop("the front end is ending");
    try {
      if (!process.waitFor(command.grace().toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      kill();
    }
    delete(scratch);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.exists(folder) ? Files.list(folder) : Stream.empty()) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException | UncheckedIOException e) {
      // In the system's folder for temporary files; it will go with those.
    }
  }
}
