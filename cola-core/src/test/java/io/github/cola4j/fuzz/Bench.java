package io.github.cola4j.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Where one input at a time lies, and a reader works on it: in a folder of its own under {@code
 * target/fuzz}, on a thread that is watched. An input that a reader took for neither sound nor
 * damaged stays there, as does the one that took the whole JVM with it.
 */
public final class Bench implements AutoCloseable {
  /** Far more than any input needs, on a machine that does other things too. */
  private static final int PATIENCE_SECONDS = 20;

  private static final Path FDS = Path.of("/proc/self/fd");

  private final String name;
  private final Path folder;
  private ExecutorService reader = newReader();
  private int read;
  private int refused;

  public Bench(String name) {
    this.name = name;
    this.folder = folderOf(name);
    clear();
  }

  /** A folder under {@code target/fuzz}. */
  public static Path folderOf(String name) {
    try {
      return Files.createDirectories(Path.of("target", "fuzz", name).toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder, empty before each input. */
  public Path folder() {
    return folder;
  }

  /** Writes an input's files. */
  public Path write(String file, byte[] content) {
    try {
      return Files.write(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Has a reader try what lies in the folder.
   *
   * @param attempt reads it all; says whether it was sound (true) or was refused in the way that
   *     users are told (false), and throws for everything else
   */
  public void attempt(Callable<Boolean> attempt) throws Exception {
    Thread[] thread = new Thread[1];
    var outcome =
        reader.submit(
            () -> {
              thread[0] = Thread.currentThread();
              return attempt.call();
            });
    try {
      if (outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        read++;
      } else {
        refused++;
      }
    } catch (ExecutionException e) {
      throw new AssertionError(
          "neither read nor refused: " + e.getCause() + "; the input lies in " + folder,
          e.getCause());
    } catch (TimeoutException e) {
      AssertionError hung =
          new AssertionError(
              "no answer after " + PATIENCE_SECONDS + " s; the input lies in " + folder);
      hung.setStackTrace(thread[0].getStackTrace());
      reader.shutdownNow();
      reader = newReader();
      throw hung;
    }
    if ((read + refused) % 100 == 0) {
      noneOpen();
    }
    clear();
  }

  /** Whether both kinds of inputs came up, and nothing was left open. */
  @Override
  public void close() {
    reader.shutdown();
    noneOpen();
    FuzzRun.tell(name, read + refused, read + " read, " + refused + " refused");
    if (read + refused > 0 && (read == 0 || refused == 0)) { // none at all: another property's turn
      throw new AssertionError(name + " tries one kind of input only");
    }
  }

  private void clear() {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          if (!file.equals(folder)) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void noneOpen() {
    if (!Files.isDirectory(FDS)) {
      return; // asked on Linux alone
    }
    List<String> open = new ArrayList<>();
    for (String fd : FDS.toFile().list()) {
      try {
        String file = Files.readSymbolicLink(FDS.resolve(fd)).toString();
        if (file.startsWith(folder + "/")) {
          open.add(file);
        }
      } catch (IOException e) {
        // Closed meanwhile.
      }
    }
    if (!open.isEmpty()) {
      throw new AssertionError("left open: " + open);
    }
  }

  private static ExecutorService newReader() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "fuzz reader");
          thread.setDaemon(true);
          return thread;
        });
  }
}
