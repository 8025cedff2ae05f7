package io.github.cola4j.maven;

import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.maven.plugin.MojoFailureException;

/** Spec files, read in Maven's own JVM, so that all their problems are told before a fork. */
final class Specs {
  private Specs() {}

  static RunSpec read(Path file, Map<String, String> overrides) throws MojoFailureException {
    if (!Files.exists(file)) {
      throw new MojoFailureException(
          Advice.perhaps(
              "There is no " + file,
              "write one, or name another file with "
                  + PropertyNames.option(PropertyNames.SPEC, "…")));
    }
    try {
      return RunSpec.read(file, overrides);
    } catch (SpecException e) {
      throw new MojoFailureException(file + " cannot be run as it stands. " + e.getMessage());
    }
  }
}
