package io.github.cola4j.kernel.work;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.run.ClassPathDigest;
import io.github.cola4j.run.FinishedRun;
import io.github.cola4j.run.RunException;
import io.github.cola4j.run.SpecArguments;
import io.github.cola4j.source.SourceException;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.Machine;
import io.github.cola4j.worker.NativeLibraryException;
import io.github.cola4j.worker.NativeRequest;
import io.github.cola4j.worker.NativeSetup;
import io.github.cola4j.worker.Natives;
import io.github.cola4j.worker.Worker;
import io.github.cola4j.worker.WorkerCommand;
import io.github.cola4j.worker.WorkerOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Where the work is done that cells ask for: in JVMs of their own, so that nothing that happens
 * there can take the notebook down.
 */
public final class Workshop {
  /** A variable of the kernel's environment: arguments of the workers' JVMs, say {@code -Xmx1g}. */
  static final String ARG_LINE = "COLA_ARG_LINE";

  /** In the place of a file's name. */
  private static final String CELL = "cell";

  private final Surroundings surroundings;
  private final Path folder;
  private final List<Path> classPath;
  private String code;

  /**
   * @param folder the notebook's, which paths are relative to
   */
  public Workshop(Surroundings surroundings, Path folder) {
    this(surroundings, folder, WorkerClassPath.here());
  }

  Workshop(Surroundings surroundings, Path folder, List<Path> classPath) {
    this.surroundings = surroundings;
    this.folder = folder.toAbsolutePath().normalize();
    this.classPath = classPath;
  }

  /** The notebook's folder. */
  public Path folder() {
    return folder;
  }

  /**
   * A spec in a file.
   *
   * @throws CellError with all that is wrong with it
   */
  public Asked spec(Path file, Map<String, String> overrides, EventSink events) {
    Path path = folder.resolve(file);
    if (Files.isDirectory(path)) {
      throw CellError.perhaps(
          file + " is a folder", "name a file in it: " + file.resolve("cola.yaml"));
    }
    if (!Files.exists(path)) {
      throw CellError.perhaps(
          "There is no " + file, "write the spec into the cell, below %%cola finetune");
    }
    try {
      String text = Files.readString(path);
      RunSpec spec = surroundings.fetching(events).parse(text, path, overrides);
      return new Asked(spec, text, false, overrides);
    } catch (SpecException e) {
      throw new CellError(file + " cannot be run as it stands. " + e.getMessage());
    } catch (IOException e) { // or it is no UTF-8
      throw CellError.perhaps(file + " cannot be read: " + e, "save it as a text in UTF-8");
    }
  }

  /**
   * A spec in a cell.
   *
   * @param yaml with a line for each of the cell's, so that problems have the cell's lines
   * @throws CellError with all that is wrong with it
   */
  public Asked parse(String yaml, Map<String, String> overrides, EventSink events) {
    try {
      RunSpec spec = surroundings.fetching(events).parse(yaml, folder.resolve(CELL), overrides);
      return new Asked(spec, yaml, true, overrides);
    } catch (SpecException e) {
      throw new CellError("The cell cannot be run as it stands. " + e.getMessage());
    }
  }

  /** A digest of the classes that a worker runs, by which a run of other code is noticed. */
  public synchronized String code() {
    if (code == null) {
      code = ClassPathDigest.of(classPath);
    }
    return code;
  }

  /**
   * The arguments by which a job finds a finished run.
   *
   * @param run its folder
   * @param needed the keys of its spec whose files the job reads
   */
  public ObjectNode runArguments(
      Path run, Optional<String> user, Predicate<String> needed, EventSink events) {
    try {
      ObjectNode arguments = JsonNodeFactory.instance.objectNode();
      arguments.put("run", run.toString());
      SpecArguments.putSources(
          arguments,
          surroundings
              .fetching(events)
              .fetch(
                  FinishedRun.coordinates(run).stream()
                      .filter(c -> needed.test(c.key()))
                      .toList()));
      user.ifPresent(name -> arguments.put("user", name));
      return arguments;
    } catch (SpecException | RunException | CheckpointException e) {
      throw new CellError(run + " cannot be used: " + e.getMessage());
    }
  }

  /**
   * The native library that a worker gets, fetched if need be.
   *
   * @param events told of downloads
   * @throws CellError if there is none, or it cannot be had
   */
  public NativeSetup natives(DeviceChoice device, EventSink events) {
    try {
      return Natives.prepare(
          NativeRequest.of(device, surroundings.offline()),
          Machine.current(),
          surroundings.libraries(events));
    } catch (NativeLibraryException e) {
      throw new CellError(e.getMessage());
    } catch (SourceException e) {
      throw CellError.perhaps(e.found(), e.fix());
    }
  }

  /**
   * Starts a worker.
   *
   * @param crashes folder for the JVM's report if the worker crashes
   * @param log takes what libraries in the worker print
   */
  public Worker start(
      Class<? extends Job> job,
      ObjectNode arguments,
      DeviceChoice device,
      Path crashes,
      EventSink events,
      Consumer<String> log) {
    WorkerCommand command =
        new WorkerCommand(
                WorkerCommand.currentJava(),
                classPath,
                jvmArguments(),
                Map.of("org.slf4j.simpleLogger.defaultLogLevel", "warn"),
                Map.of(),
                folder,
                crashes,
                job.getName(),
                arguments,
                null,
                WorkerCommand.DEFAULT_GRACE)
            .withNatives(natives(device, events));
    try {
      return Worker.start(command, events, log);
    } catch (IOException e) {
      throw CellError.perhaps(
          "The worker's JVM could not be started: " + e.getMessage(),
          "look whether there is room in the temporary folder");
    }
  }

  private static List<String> jvmArguments() {
    String line = System.getenv().getOrDefault(ARG_LINE, "").strip();
    return line.isEmpty() ? List.of() : List.of(line.split("\\s+"));
  }

  /**
   * Has a job done, and waits for it. An interrupt stops the job too.
   *
   * @param what is done, for errors, say {@code Evaluation}
   * @return what the job handed over
   * @throws CellError if it fails
   */
  public ObjectNode call(
      String what,
      Class<? extends Job> job,
      ObjectNode arguments,
      DeviceChoice device,
      EventSink events,
      Consumer<String> log)
      throws InterruptedException {
    Worker worker = start(job, arguments, device, folder, events, log);
    try {
      WorkerOutcome outcome = worker.await();
      if (outcome instanceof WorkerOutcome.Finished finished) {
        return finished.value();
      }
      throw Outcomes.error(what, outcome);
    } catch (InterruptedException e) {
      worker.kill(); // nothing is half-written: what jobs write, they move into place
      throw e;
    }
  }
}
