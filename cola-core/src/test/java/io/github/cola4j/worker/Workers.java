package io.github.cola4j.worker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the tests of real child processes share. */
final class Workers {
  /** Far more than anything here takes. */
  static final Duration LONG = Duration.ofMinutes(3);

  private Workers() {}

  /** A worker with this JVM's class path. */
  static WorkerCommand command(Class<? extends Job> job, Path logs) {
    return command(job.getName(), logs, JsonNodeFactory.instance.objectNode());
  }

  static WorkerCommand command(String job, Path logs, ObjectNode arguments) {
    return WorkerCommand.of(classPath(), logs, job, arguments).withLimits(LONG, LONG);
  }

  static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** Waits until something is so. */
  static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertTrue(condition.getAsBoolean(), what);
  }
}
