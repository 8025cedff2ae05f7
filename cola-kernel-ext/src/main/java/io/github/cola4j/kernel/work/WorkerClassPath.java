package io.github.cola4j.kernel.work;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.worker.WorkerMain;
import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a worker runs: the classes that this notebook has of ColA, wherever its kernel got them. The
 * kernel's own classes are not for it, but in the one jar that holds all.
 */
final class WorkerClassPath {
  private WorkerClassPath() {}

  /**
   * The one jar; or else the class path that the JVM was started with, if ColA is on it; or else
   * all that the class loader has which a notebook made for what it added.
   */
  static List<Path> here() {
    Path own = place(WorkerMain.class);
    if (own.equals(place(ObjectMapper.class))) { // what it needs is in the same jar
      return List.of(own);
    }
    List<Path> started = started();
    if (started.contains(own)) {
      return started;
    }
    if (WorkerMain.class.getClassLoader() instanceof URLClassLoader loader) {
      List<Path> added =
          Arrays.stream(loader.getURLs())
              .map(WorkerClassPath::path)
              .flatMap(Optional::stream)
              .toList();
      if (added.contains(own)) {
        return added;
      }
    }
    return List.of(own);
  }

  private static List<Path> started() {
    return Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
        .filter(entry -> !entry.isBlank())
        .map(entry -> Path.of(entry).toAbsolutePath().normalize())
        .distinct()
        .toList();
  }

  private static Path place(Class<?> type) {
    return path(type.getProtectionDomain().getCodeSource().getLocation())
        .orElseThrow(() -> new IllegalStateException(type + " came from no file"));
  }

  private static Optional<Path> path(URL url) {
    try {
      return url.getProtocol().equals("file")
          ? Optional.of(Path.of(url.toURI()).toAbsolutePath().normalize())
          : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
