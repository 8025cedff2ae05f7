package io.github.cola4j.kernel.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.SpecArguments;
import io.github.cola4j.spec.RunSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A run that a cell asks for.
 *
 * @param spec what is to be learned
 * @param text the spec as it stands in a cell; empty for one that is in a file
 * @param overrides values that replace those of the spec
 */
public record Asked(RunSpec spec, Optional<String> text, Map<String, String> overrides) {
  /** Where the run is, or will be; absolute. */
  public Path folder() {
    return spec.output().path().toAbsolutePath().normalize();
  }

  /** The last part of its folder's name. */
  public String name() {
    return folder().getFileName().toString();
  }

  /** The run's folder, as the user knows it. */
  public String output() {
    return spec.output().asWritten();
  }

  ObjectNode arguments() {
    return text.map(yaml -> SpecArguments.of(spec, yaml, overrides))
        .orElseGet(() -> SpecArguments.of(spec, overrides));
  }
}
