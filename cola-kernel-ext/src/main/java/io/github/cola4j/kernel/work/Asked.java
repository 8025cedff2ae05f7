package io.github.cola4j.kernel.work;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.run.SpecArguments;
import io.github.cola4j.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
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

  /**
   * The spec as it was written, with where its run goes: a file that holds it has another name than
   * the cell, and would have another output.
   */
  public String written() {
    String yaml =
        text.map(cell -> cell.substring(1)).orElseGet(this::ofFile).stripTrailing() + "\n";
    return text.isEmpty() || yaml.lines().anyMatch(line -> line.startsWith("output:"))
        ? yaml
        : yaml + "output: " + output() + "\n";
  }

  private String ofFile() {
    try {
      return Files.readString(spec.origin().file());
    } catch (IOException e) {
      throw new CellError(spec.origin().file() + " cannot be read any more: " + e.getMessage());
    }
  }

  /** By which a job finds the same spec. */
  public ObjectNode arguments() {
    return text.map(yaml -> SpecArguments.of(spec, yaml, overrides))
        .orElseGet(() -> SpecArguments.of(spec, overrides));
  }
}
