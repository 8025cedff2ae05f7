package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.Machine;
import io.github.cola4j.worker.NativeArtifact;
import io.github.cola4j.worker.NativeLibraryException;
import io.github.cola4j.worker.NativeRequest;
import io.github.cola4j.worker.NativeSetup;
import io.github.cola4j.worker.Natives;
import io.github.cola4j.worker.StopSignal;
import io.github.cola4j.worker.Worker;
import io.github.cola4j.worker.WorkerCommand;
import io.github.cola4j.worker.WorkerOutcome;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a job in a worker: with the JVM's options, the environment and the native library that the
 * Maven plugin's workers get, and memory of its own to measure.
 */
final class Forked {
  static final ObjectMapper JSON = new ObjectMapper();

  private Forked() {}

  /**
   * Runs a job to its end; what it prints goes to the standard error output.
   *
   * @param settings a record; the job reads it from its arguments
   * @param device where the job computes
   * @return what the job hands over
   * @throws BenchException if it fails
   */
  static ObjectNode run(Class<? extends Job> job, Record settings, DeviceChoice device) {
    try {
      WorkerCommand command =
          new WorkerCommand(
                  WorkerCommand.currentJava(),
                  classPath(),
                  List.of(),
                  properties(),
                  Map.of(),
                  null,
                  Path.of(""),
                  job.getName(),
                  JSON.valueToTree(settings),
                  null,
                  WorkerCommand.DEFAULT_GRACE)
              .withNatives(natives(device));
      WorkerOutcome outcome =
          Worker.run(command, event -> {}, System.err::println, StopSignal.NEVER);
      if (outcome instanceof WorkerOutcome.Finished finished) {
        return finished.value();
      }
      throw new BenchException(outcome.text());
    } catch (IOException | NativeLibraryException e) {
      throw new BenchException(e.getMessage(), e);
    }
  }

  private static Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>(Launch.now());
    properties.put("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    return properties;
  }

  private static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  private static NativeSetup natives(DeviceChoice device) throws NativeLibraryException {
    return Natives.prepare(
        NativeRequest.of(device, true),
        Machine.current(),
        jars -> jars.stream().map(Forked::beside).flatMap(List::stream).toList());
  }

  /** The jar in {@code lib/} beside ours; none where the class path holds it, as in an IDE. */
  private static List<Path> beside(NativeArtifact jar) {
    String name = "%s-%s-%s.jar".formatted(jar.artifactId(), jar.version(), jar.classifier());
    try {
      Path own = Path.of(Forked.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path file = own.resolveSibling("lib").resolve(name);
      return Files.isRegularFile(file) ? List.of(file) : List.of();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
