package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.spec.RunSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a worker's job is told its spec. */
final class SpecArguments {
  private SpecArguments() {}

  /**
   * Reads it.
   *
   * @param arguments {@code spec}, the path of a {@code cola.yaml}, and {@code overrides}, an
   *     object of values that replace the file's
   * @throws io.github.cola4j.spec.SpecException if it cannot be read
   */
  static RunSpec read(ObjectNode arguments) {
    Map<String, String> overrides = new LinkedHashMap<>();
    arguments
        .path("overrides")
        .properties()
        .forEach(entry -> overrides.put(entry.getKey(), entry.getValue().asText()));
    return RunSpec.read(Path.of(arguments.path("spec").asText()), overrides);
  }
}
