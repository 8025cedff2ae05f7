package io.github.cola4j.maven;

import io.github.cola4j.source.Fetching;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Sources;
import io.github.cola4j.spec.SpecException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.maven.plugin.MojoFailureException;

/** Spec files, read in Maven's own JVM, so that all their problems are told before a fork. */
final class Specs {
  private static final String NAME = "cola.yaml";

  private Specs() {}

  /**
   * Reads one, and fetches what it names by coordinates.
   *
   * @throws MojoFailureException if it cannot be run, with all that is wrong
   */
  static RunSpec read(
      Path file, Map<String, String> overrides, Map<String, String> versions, Fetching fetching)
      throws MojoFailureException {
    requireFile(file);
    try {
      return fetching.read(file, overrides, versions);
    } catch (SpecException e) {
      throw new MojoFailureException(file + " cannot be run as it stands. " + e.getMessage());
    }
  }

  /** Where the run of a spec is. What the spec names need not be there. */
  static Path output(Path file, Map<String, String> overrides) throws MojoFailureException {
    requireFile(file);
    try {
      return RunSpec.read(file, overrides, new Sources(Map.of(), false)).output().path();
    } catch (SpecException e) {
      throw new MojoFailureException(file + " cannot be read. " + e.getMessage());
    }
  }

  private static void requireFile(Path file) throws MojoFailureException {
    if (Files.isDirectory(file)) {
      throw new MojoFailureException(
          Advice.perhaps(
              file + " is a folder",
              "name a file in it: "
                  + PropertyNames.option(PropertyNames.SPEC, file.getFileName() + "/" + NAME)));
    }
    if (!Files.exists(file)) {
      throw new MojoFailureException(Advice.perhaps("There is no " + file, instead(file)));
    }
  }

  private static String instead(Path file) {
    Path alike = file.resolveSibling("cola.yml");
    if (file.endsWith(NAME) && Files.exists(alike)) {
      return "rename cola.yml, which is beside it, to " + NAME;
    }
    return "write one (cola:copy makes a first one), or name another file with "
        + PropertyNames.option(PropertyNames.SPEC, "…");
  }
}
