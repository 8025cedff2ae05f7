package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.FileDigest;
import io.github.cola4j.data.SplitDigest;
import io.github.cola4j.lock.Fingerprint;
import io.github.cola4j.lock.WentIn;
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
  private static final String COLA = "cola";

  /** A run that was begun goes on with the same of these; on another processor it may. */
  private static final Set<String> TO_GO_ON = Set.of("device", "threads", "pytorch");

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
    spec.training()
        .startFrom()
        .map(from -> FileDigest.of(PeftFolder.files(from.path())))
        .ifPresent(digest -> values.put("training.start_from", digest));
    values.putAll(ofData(spec));
    values.put(COLA, Version.CURRENT);
    if (!code.isEmpty()) {
      values.put(CODE, code);
    }
    return new Inputs(values);
  }

  /**
   * Digests of the rows that a spec names, by the keys of its splits.
   *
   * @throws io.github.cola4j.data.DataException if they cannot be read
   */
  static Map<String, String> ofData(RunSpec spec) {
    Map<String, String> values = new LinkedHashMap<>();
    split(values, "data.train", Optional.of(spec.data().train()));
    split(values, "data.validation", spec.data().validation());
    for (UserSpec user : spec.users().map(UsersSpec::list).orElse(List.of())) {
      split(values, user.key() + ".train", user.train());
      split(values, user.key() + ".validation", user.validation());
    }
    return values;
  }

  private static void split(Map<String, String> values, String key, Optional<SplitSpec> split) {
    split
        .filter(asked -> asked.file().isPresent())
        .ifPresent(asked -> values.put(key, SplitDigest.of(asked)));
  }

  /** These, and the platform that the run is on. */
  Inputs on(Fingerprint platform) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.putAll(platform.values());
    return new Inputs(all);
  }

  /** These, of a run that was begun with others, perhaps on another processor. */
  Inputs after(JsonNode begun) {
    Fingerprint there = Fingerprint.among(texts(begun));
    return on(Fingerprint.among(values).after(there));
  }

  /** What went into a run, without its platform. */
  static WentIn wentIn(RunSpec spec, JsonNode inputs) {
    return new Inputs(texts(inputs)).wentIn(spec, texts(inputs.path(VERSIONS)));
  }

  /** The same before it is run. */
  WentIn wentIn(RunSpec spec) {
    Map<String, String> versions = new LinkedHashMap<>();
    spec.origin().fetched().forEach((text, is) -> versions.put(text, is.version()));
    return wentIn(spec, versions);
  }

  private WentIn wentIn(RunSpec spec, Map<String, String> versions) {
    Map<String, String> contents = new LinkedHashMap<>(values);
    contents.keySet().removeAll(Fingerprint.NAMES);
    contents.keySet().removeAll(Set.of(COLA, CODE, SPEC_FOLDER, VERSIONS));
    return new WentIn(
        values.getOrDefault(COLA, ""),
        values.getOrDefault(CODE, ""),
        spec.influences(),
        contents,
        versions);
  }

  static Fingerprint platform(JsonNode inputs) {
    return Fingerprint.among(texts(inputs));
  }

  /** What differs from an earlier run's, a line each. What is not told here is not compared. */
  List<String> differences(JsonNode earlier) {
    Map<String, String> was = texts(earlier);
    was.remove(SPEC_FOLDER);
    was.remove(VERSIONS);
    boolean begins = values.keySet().containsAll(TO_GO_ON);
    Set<String> names = new LinkedHashSet<>(values.keySet());
    names.addAll(was.keySet());
    return names.stream()
        .filter(name -> begins && TO_GO_ON.contains(name) || !Fingerprint.NAMES.contains(name))
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

  private static Map<String, String> texts(JsonNode json) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
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
