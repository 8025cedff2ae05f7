package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.Sources;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a worker's job is told its spec. */
public final class SpecArguments {
  private SpecArguments() {}

  /**
   * Reads it.
   *
   * @param arguments {@code spec}, the path of a {@code cola.yaml}; {@code text}, what stands in
   *     it, for one that is no file; {@code overrides}, an object of values that replace the
   *     file's; {@code sources}, as {@link #sources} reads them
   * @throws io.github.cola4j.spec.SpecException if it cannot be read
   */
  static RunSpec read(ObjectNode arguments) {
    Map<String, String> overrides = new LinkedHashMap<>();
    arguments
        .path("overrides")
        .properties()
        .forEach(entry -> overrides.put(entry.getKey(), entry.getValue().asText()));
    Path file = Path.of(arguments.path("spec").asText());
    Sources sources = new Sources(sources(arguments), true);
    return arguments.has("text")
        ? RunSpec.parse(arguments.path("text").asText(), file, overrides, sources)
        : RunSpec.read(file, overrides, sources);
  }

  /**
   * Writes what {@link #read} reads.
   *
   * @param spec as it was read
   * @param overrides it was read with
   */
  public static ObjectNode of(RunSpec spec, Map<String, String> overrides) {
    ObjectNode arguments = JsonNodeFactory.instance.objectNode();
    arguments.put("spec", spec.origin().file().toAbsolutePath().toString());
    overrides.forEach(arguments.putObject("overrides")::put);
    putSources(arguments, spec.origin().fetched());
    return arguments;
  }

  /**
   * The same for a spec that is no file.
   *
   * @param text it was parsed from
   */
  public static ObjectNode of(RunSpec spec, String text, Map<String, String> overrides) {
    return of(spec, overrides).put("text", text);
  }

  /**
   * What coordinates stand for.
   *
   * @param arguments {@code sources}, an object with {@code path} and {@code version} for each
   *     coordinate; may be absent
   */
  static Map<String, Sources.Fetched> sources(ObjectNode arguments) {
    Map<String, Sources.Fetched> fetched = new LinkedHashMap<>();
    arguments
        .path("sources")
        .properties()
        .forEach(
            entry ->
                fetched.put(
                    entry.getKey(),
                    new Sources.Fetched(
                        Path.of(entry.getValue().path("path").asText()),
                        entry.getValue().path("version").asText())));
    return fetched;
  }

  /** Writes what {@link #sources} reads. */
  public static void putSources(ObjectNode arguments, Map<String, Sources.Fetched> fetched) {
    ObjectNode sources = arguments.putObject("sources");
    fetched.forEach(
        (text, source) ->
            sources
                .putObject(text)
                .put("path", source.path().toAbsolutePath().toString())
                .put("version", source.version()));
  }
}
