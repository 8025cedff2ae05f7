package io.github.cola4j.maven;

import io.github.cola4j.data.FileDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** By which it is noticed that other classes run. */
final class ClassPathDigest {
  private ClassPathDigest() {}

  /**
   * SHA-256, in hexadecimal, over the contents of jars and of folders of classes, in their order.
   * Where they lie does not count.
   */
  static String of(List<Path> classPath) {
    List<Path> files = new ArrayList<>();
    for (Path entry : classPath) {
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
