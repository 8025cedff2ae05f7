package io.github.cola4j.kernel.shell;

import java.nio.file.Path;
import java.util.List;

/** Where {@code %maven} has artifacts from. */
@FunctionalInterface
interface Artifacts {
  /**
   * The files of artifacts and of all that they need.
   *
   * @param coordinates {@code group:artifact:version}, or with an extension and a classifier before
   *     the version
   * @return jars, in the order of a class path
   * @throws RuntimeException if one can't be had; one that is a {@link
   *     io.github.cola4j.kernel.notebook.ForUser} is shown as it is
   */
  List<Path> resolve(List<String> coordinates);
}
