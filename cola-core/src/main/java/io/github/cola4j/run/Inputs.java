package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.SplitDigest;
import io.github.cola4j.spec.BaseSpec;
import io.github.cola4j.spec.Origin;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SplitSpec;
import io.github.cola4j.spec.UserSpec;
import io.github.cola4j.spec.UsersSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run's bytes depend on beside its spec.
 *
 * @param values by name: digests of what the spec's files hold, by their keys, and of the code;
 *     versions, device, threads
 */
record Inputs(Map<String, String> values) {
  private static final String BASE = "base";
  private static final String CODE = "code";
  private static final Set<String> OF_THE_MACHINE = Set.of("device", "threads", "pytorch");

  /**
   * Where the spec's relative paths begin, seen from the run folder; no input, but needed to use
   * the run later.
   */
  private static final String SPEC_FOLDER = "spec_folder";

  /**
   * What coordinates of the spec stood for, by the coordinate; no input, since what was fetched is
   * compared, but needed to fetch the same again.
   */
  private static final String VERSIONS = "versions";

  /**
   * What can be told before the native library is loaded.
   *
   * @param code a digest of the classes that run, by which a change of these is noticed; empty
   *     where nobody knows
   * @throws io.github.cola4j.checkpoint.CheckpointException if the base cannot be read
   * @throws io.github.cola4j.data.DataException if the data cannot be read
   */
  static Inputs ofFiles(RunSpec spec, String code) {
    Map<String, String> values = new LinkedHashMap<>();
    if (spec.base() instanceof BaseSpec.Stored stored) {
      values.put(BASE, BaseFolder.open(stored.folder().path()).digest());
    }
    split(values, "data.train", Optional.of(spec.data().train()));
    split(values, "data.validation", spec.data().validation());
    for (UserSpec user : spec.users().map(UsersSpec::list).orElse(List.of())) {
      split(values, user.key() + ".train", user.train());
      split(values, user.key() + ".validation", user.validation());
    }
    values.put("cola", Version.CURRENT);
    if (!code.isEmpty()) {
      values.put(CODE, code);
    }
    return new Inputs(values);
  }

  private static void split(Map<String, String> values, String key, Optional<SplitSpec> split) {
    split
        .filter(asked -> asked.file().isPresent())
        .ifPresent(asked -> values.put(key, SplitDigest.of(asked)));
  }

  /** These, and those of the machine that the run is on. */
  Inputs on(String device, int threads, String pytorch) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.put("device", device);
    all.put("threads", Integer.toString(threads));
    all.put("pytorch", pytorch);
    return new Inputs(all);
  }

  /** What differs from an earlier run's, a line each. What is not told here is not compared. */
  List<String> differences(JsonNode earlier) {
    Map<String, String> was = new LinkedHashMap<>();
    earlier.properties().forEach(entry -> was.put(entry.getKey(), entry.getValue().asText()));
    was.remove(SPEC_FOLDER);
    was.remove(VERSIONS);
    boolean machine = values.keySet().containsAll(OF_THE_MACHINE);
    Set<String> names = new LinkedHashSet<>(values.keySet());
    names.addAll(was.keySet());
    return names.stream()
        .filter(name -> machine || !OF_THE_MACHINE.contains(name))
        .filter(name -> !name.equals(CODE) || values.containsKey(CODE) && was.containsKey(CODE))
        .filter(name -> !values.getOrDefault(name, "").equals(was.getOrDefault(name, "")))
        .map(name -> difference(name, was.getOrDefault(name, ""), values.getOrDefault(name, "")))
        .toList();
  }

  private static String difference(String name, String was, String is) {
    if (name.equals(CODE)) {
      return "the code of ColA, or of a dependency of the plugin, has changed";
    }
    if (was.isEmpty() || is.isEmpty()) {
      return name + (is.isEmpty() ? ": is not read any more" : ": was not read before");
    }
    return is.length() == 64 // a digest says nothing to a reader
        ? "the content of " + name + " has changed"
        : "%s: was %s, is %s".formatted(name, was, is);
  }

  ObjectNode json(Path runFolder, Origin spec) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    values.forEach(json::put);
    if (!spec.fetched().isEmpty()) {
      ObjectNode versions = json.putObject(VERSIONS);
      new TreeMap<>(spec.fetched()).forEach((text, is) -> versions.put(text, is.version()));
    }
    Path relative =
        runFolder
            .toAbsolutePath()
            .normalize()
            .relativize(spec.folder().toAbsolutePath().normalize());
    return json.put(SPEC_FOLDER, relative.toString().replace('\\', '/'));
  }

  /** Whether a run was made with the base of this digest. */
  static boolean isOfBase(JsonNode json, String digest) {
    return json.path(BASE).asText().equals(digest);
  }

  /** The version that a coordinate stood for; empty if nobody knows. */
  static String version(JsonNode json, String coordinate) {
    return json.path(VERSIONS).path(coordinate).asText();
  }

  static Path specFolder(JsonNode json, Path runFolder) {
    return runFolder.toAbsolutePath().resolve(json.path(SPEC_FOLDER).asText()).normalize();
  }
}
