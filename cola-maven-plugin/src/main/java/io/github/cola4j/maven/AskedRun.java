package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.run.SpecArguments;
import io.github.cola4j.spec.RunSpec;
import java.nio.file.Path;
import java.util.Map;

/**
 * A run that a goal is asked to see to.
 *
 * @param spec what is asked for
 * @param overrides values that replace those of the spec's file
 */
record AskedRun(RunSpec spec, Map<String, String> overrides) {
  /** The run's folder, as the user knows it. */
  String output() {
    return spec.output().asWritten();
  }

  /** The last part of its folder's name. */
  String name() {
    return folder().getFileName().toString();
  }

  /** Where the run is, or will be. */
  Path folder() {
    return spec.output().path().toAbsolutePath().normalize();
  }

  /** By which a job finds the same spec. */
  ObjectNode arguments() {
    return SpecArguments.of(spec, overrides);
  }
}
