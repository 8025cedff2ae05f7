package io.github.cola4j.maven;

import io.github.cola4j.checkpoint.StoredZip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A run's adapters as one file to deploy: the files of {@code adapter/} at its root, those of users
 * in {@code users/<name>/}. The same adapters give the same bytes.
 */
final class AdapterZip {
  private AdapterZip() {}

  /**
   * Writes it.
   *
   * @param run the folder of a finished run
   * @param time of all entries
   */
  static void write(Path run, LocalDateTime time, Path zip) throws IOException {
    Map<String, Path> files = new TreeMap<>();
    add(files, run.resolve("adapter"), "");
    Path users = run.resolve("users");
    if (Files.isDirectory(users)) {
      try (Stream<Path> folders = Files.list(users)) {
        folders.forEach(
            user -> add(files, user.resolve("adapter"), "users/" + user.getFileName() + "/"));
      }
    }
    StoredZip.write(zip, files, time);
  }

  private static void add(Map<String, Path> files, Path folder, String prefix) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> files.put(prefix + file.getFileName(), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
