package io.github.cola4j.run;

import io.github.cola4j.data.FileDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** By which it is noticed that other classes run. */
public final class ClassPathDigest {
  private ClassPathDigest() {}

  /**
   * SHA-256, in hexadecimal, over the contents of jars and of folders of classes. Where they lie
   * does not count, nor in which order they stand: Maven 3 and 4 give the same ones in different
   * orders.
   */
  public static String of(List<Path> classPath) {
    List<Path> files = new ArrayList<>();
    List<Path> entries = new ArrayList<>(classPath);
    entries.sort(Comparator.comparing(entry -> entry.getFileName().toString()));
    for (Path entry : entries) {
      if (Files.isDirectory(entry)) {
        try (Stream<Path> all = Files.walk(entry)) {
          all.filter(Files::isRegularFile).sorted().forEach(files::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      } else {
        files.add(entry);
      }
    }
    return FileDigest.of(files);
  }
}
