package io.github.cola4j.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary folder that goes with its end, and with the end of the JVM: also when that is
 * interrupted or terminated by a signal (but not killed outright).
 */
final class ScratchFolder implements AutoCloseable {
  private static final int TRIES = 20;
  private static final int PAUSE_MILLIS = 50;

  private final Path path;
  private final Thread hook = new Thread(this::delete, "cola-bench-scratch");

  private ScratchFolder(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Makes one among the system's temporary files. */
  static ScratchFolder create() {
    try {
      return new ScratchFolder(Files.createTempDirectory("cola-bench-"));
    } catch (IOException e) {
      throw new BenchException("no temporary folder can be made: " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook is at work.
    }
  }

  /** Again and again, since in a JVM that is ending another thread may still be writing. */
  private void delete() {
    for (int i = 0; i < TRIES && Files.exists(path); i++) {
      try {
        for (Path file : files()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException | UncheckedIOException e) {
        pause();
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
