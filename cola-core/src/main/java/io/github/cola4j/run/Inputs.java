package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run's bytes depend on beside its spec.
 *
 * @param values by name: digests of base and data, versions, device, threads
 */
record Inputs(Map<String, String> values) {
  /**
   * Where the spec's relative paths begin, seen from the run folder; no input, but needed to use
   * the run later.
   */
  private static final String SPEC_FOLDER = "spec_folder";

  Inputs(String base, String train, String validation, String device, int threads, String pytorch) {
    this(new LinkedHashMap<>());
    values.put("base", base);
    values.put("train", train);
    values.put("validation", validation);
    values.put("device", device);
    values.put("threads", Integer.toString(threads));
    values.put("pytorch", pytorch);
    values.put("cola", Version.CURRENT);
  }

  /** What differs from an earlier run's, a line each. */
  List<String> differences(JsonNode earlier) {
    List<String> lines = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          String was = earlier.path(name).asText();
          if (!was.equals(value)) {
            lines.add(
                value.length() == 64 // a digest says nothing to a reader
                    ? "the content of " + name + " has changed"
                    : "%s: was %s, is %s".formatted(name, was, value));
          }
        });
    return lines;
  }

  ObjectNode json(Path runFolder, Path specFolder) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    values.forEach(json::put);
    Path relative =
        runFolder.toAbsolutePath().normalize().relativize(specFolder.toAbsolutePath().normalize());
    return json.put(SPEC_FOLDER, relative.toString().replace('\\', '/'));
  }

  /** Whether a run was made with the base of this digest. */
  static boolean isOfBase(JsonNode json, String digest) {
    return json.path("base").asText().equals(digest);
  }

  static Path specFolder(JsonNode json, Path runFolder) {
    return runFolder.toAbsolutePath().resolve(json.path(SPEC_FOLDER).asText()).normalize();
  }
}
