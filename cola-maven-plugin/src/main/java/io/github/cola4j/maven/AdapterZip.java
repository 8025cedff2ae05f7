package io.github.cola4j.maven;

import io.github.cola4j.checkpoint.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A run's adapters as one file to deploy: the files of {@code adapter/} at its root, those of users
 * in {@code users/<name>/}. The same adapters give the same bytes: entries are sorted, have one
 * time, and are stored as they are, since what a compressor makes depends on the JDK, and weights
 * gain nothing.
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
    AtomicFiles.write(
        zip,
        channel -> {
          ZipOutputStream out = new ZipOutputStream(Channels.newOutputStream(channel));
          for (Map.Entry<String, Path> file : files.entrySet()) {
            store(out, file.getKey(), file.getValue(), time);
          }
          out.finish();
        });
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

  private static void store(ZipOutputStream out, String name, Path file, LocalDateTime time)
      throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(Files.size(file));
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(time); // in no zone, so that machines' zones do not count
    out.putNextEntry(entry);
    Files.copy(file, out);
    out.closeEntry();
  }
}
