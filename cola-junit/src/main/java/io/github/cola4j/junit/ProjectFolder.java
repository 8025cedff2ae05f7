package io.github.cola4j.junit;

import java.nio.file.Path;

/** Where relative paths begin: Surefire and Failsafe tell, and elsewhere it is the current one. */
final class ProjectFolder {
  private ProjectFolder() {}

  static Path resolve(Path path) {
    return Path.of(System.getProperty("basedir", "")).resolve(path);
  }
}
