package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import io.github.cola4j.spec.Node.Scalar;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One section of a spec while it is read. Asking for a key is what declares it: whatever nobody
 * asks for is unknown, and the answers, defaults included, are the resolved spec, in the order of
 * asking. A key that is absent and one whose value is empty are the same.
 *
 * <p>A wrong value is noted as a problem, and the default stands in for it, or null where there is
 * none: reading goes on to find the other problems, and the result is never handed out.
 */
final class Section {
  /** Stands for each key of a section whose keys are names that the user chooses. */
  static final String ANY_NAME = "<name>";

  private final Reading reading;
  private final String path;
  private final String role;
  private final Map<String, Node> given;
  private final boolean damaged;
  private final Map<String, Node> answers = new LinkedHashMap<>();
  private final Map<String, Section> sections = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();
  private final Map<String, Declared> declared = new LinkedHashMap<>();
  private final Set<String> refused = new LinkedHashSet<>();
  private String variant = "";
  private boolean undecided;
  private boolean kept;

  private Section(
      Reading reading, String path, String role, Map<String, Node> given, boolean damaged) {
    this.reading = reading;
    this.path = path;
    this.role = role;
    this.given = given;
    this.damaged = damaged;
    reading.enter(this);
  }

  static Section root(Reading reading, Mapping mapping) {
    return new Section(reading, "", "", mapping.entries(), false);
  }

  /** The value of a key that must be there; null if it is not, which is a problem. */
  <T> T required(String key, Type<T> type, String whatItIs) {
    declare(key, Declared.value(type.form()).mustBeThere());
    boolean absent = value(key).isEmpty();
    if (absent && !damaged) {
      problem(key, "missing", "write " + whatItIs);
    }
    return optional(key, type).orElse(null);
  }

  /** The value of a key, or its default. */
  <T> T value(String key, Type<T> type, T byDefault) {
    declare(key, Declared.value(type.form()).or(type.writer().apply(byDefault)));
    Optional<T> value = optional(key, type);
    if (value.isEmpty()) {
      answers.put(key, type.writer().apply(byDefault));
    }
    return value.orElse(byDefault);
  }

  /** The value of a key that may be absent. */
  <T> Optional<T> optional(String key, Type<T> type) {
    asked.add(key);
    declare(key, Declared.value(type.form()));
    Optional<Node> node = value(key);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    try {
      T value = type.reader().read(node.get());
      answers.put(key, type.writer().apply(value));
      return Optional.of(value);
    } catch (Unfetched e) {
      reading.lacks(name(key), e.text(), e.kind());
      return Optional.empty();
    } catch (Unfit e) {
      problem(key, e.found(), e.fix());
      return Optional.empty();
    }
  }

  /**
   * Like {@link #value}, for the key that decides which other keys there are in this section and in
   * those within it.
   */
  <T> T variant(String key, Type<T> type, T byDefault) {
    int problems = reading.problems();
    T value = value(key, type, byDefault);
    undecided = reading.problems() > problems;
    variant = key + ": " + ((Scalar) type.writer().apply(value)).text();
    return value;
  }

  /** The same for a key that must be there; {@code standIn} if it is not, or is wrong. */
  <T> T requiredVariant(String key, Type<T> type, T standIn, String whatItIs) {
    declare(key, Declared.value(type.form()).mustBeThere());
    T value = variant(key, type, standIn);
    if (value(key).isEmpty()) {
      undecided = true;
      if (!damaged) {
        problem(key, "missing", "write " + whatItIs);
      }
    }
    return value;
  }

  /**
   * A section within this one; empty if the file has none.
   *
   * @param mainKey the key that a user means who writes a plain value in its place
   */
  Section section(String key, String mainKey) {
    return section(key, mainKey, known(key));
  }

  /**
   * The same for a section that has the keys of another one.
   *
   * @param role the other one's full name
   */
  Section section(String key, String mainKey, String role) {
    asked.add(key);
    declare(key, Declared.section(role));
    Node node = value(key).orElse(null);
    String name = name(key);
    Section section;
    if (node == null) {
      section = new Section(reading, name, role, Map.of(), damaged);
    } else {
      Optional<Mapping> mapping = ShortForms.section(name, node, reading::add);
      if (mapping.isPresent()) {
        reading.note(name, mapping.get());
        section = new Section(reading, name, role, mapping.get().entries(), false);
      } else {
        problem(
            key,
            "found " + node.shown() + " where a section should stand",
            meant(key, mainKey, node));
        section = new Section(reading, name, role, Map.of(), true);
      }
    }
    section.variant = variant;
    section.undecided = undecided;
    sections.put(key, section);
    return section;
  }

  private static String meant(String key, String mainKey, Node node) {
    if (!(node instanceof Scalar scalar)) {
      return "write " + key + ": and its keys below it, indented";
    }
    return scalar.text().matches("(?s)\\w+:\\S.*")
        ? "put a space after the colon"
        : "write %s: {%s: %s}"
            .formatted(
                key,
                mainKey,
                mainKey.equals("file") && scalar.kind() != Kind.TEXT ? "…" : scalar.text());
  }

  /** A section that may be absent altogether. */
  Optional<Section> optionalSection(String key, String mainKey) {
    return optionalSection(key, mainKey, known(key));
  }

  /** The same for a section that has the keys of another one. */
  Optional<Section> optionalSection(String key, String mainKey, String role) {
    asked.add(key);
    declare(key, Declared.section(role));
    return value(key).isPresent() ? Optional.of(section(key, mainKey, role)) : Optional.empty();
  }

  /**
   * The sections within this one, whose keys are names that the user chooses; each is part of the
   * answer though nothing stands in it.
   */
  Map<String, Section> namedSections(String mainKey) {
    declare(ANY_NAME, Declared.section(known(ANY_NAME)));
    Map<String, Section> named = new LinkedHashMap<>();
    for (String name : given.keySet()) {
      Section section = section(name, mainKey, known(ANY_NAME));
      section.kept = true;
      named.put(name, section);
    }
    return named;
  }

  /** A section within this one, and so on, that was asked for. */
  Section within(String... keys) {
    Section section = this;
    for (String key : keys) {
      section = section.sections.get(key);
    }
    return section;
  }

  /**
   * A section whose keys are names that the user chooses, with their values in the order of the
   * file.
   *
   * @param example such a name
   */
  <T> Map<String, T> map(String key, String example, Type<T> type) {
    return map(key, example, type, Map.of());
  }

  /** The same; where the file has no such section, it is {@code byDefault}. */
  <T> Map<String, T> map(String key, String example, Type<T> type, Map<String, T> byDefault) {
    asked.add(key);
    declare(key, Declared.value(Form.map(type.form())));
    Map<String, T> values = new LinkedHashMap<>();
    if (gives(key)) {
      Section section = section(key, example);
      section.kept = !byDefault.isEmpty();
      for (String name : section.given.keySet()) {
        section.optional(name, type).ifPresent(value -> values.put(name, value));
      }
    } else if (!byDefault.isEmpty()) {
      Map<String, Node> written = new LinkedHashMap<>();
      byDefault.forEach((name, value) -> written.put(name, type.writer().apply(value)));
      answers.put(key, new Mapping(Place.NOWHERE, written));
      values.putAll(byDefault);
    }
    return Collections.unmodifiableMap(values);
  }

  /** Tells what a key takes; the first time it is told counts. */
  void declare(String key, Declared what) {
    declared.putIfAbsent(key, what);
  }

  /** Gives a key its place in the answer, though it is asked for later. */
  void reserve(String key) {
    asked.add(key);
  }

  /** Leaves open what another section leaves open, of which this one takes what it does not say. */
  void undecidedLike(Section other) {
    undecided |= other.undecided;
  }

  /** Notes a problem if the key is there. */
  void refuse(String key, String found, String fix) {
    refused.add(key);
    if (value(key).isPresent()) {
      problem(key, found, fix);
    }
  }

  /** Notes a problem with a key of this section. */
  void problem(String key, String found, String fix) {
    reading.problem(name(key), found, fix);
  }

  /** Where a spec comes from whose keys have all been asked for. */
  Origin origin(Path file) {
    return new Origin(reading.files(), file, reading.places(), answer());
  }

  /** What the paths in the file are relative to. */
  Path folder() {
    return reading.files().folder();
  }

  /** The kinds of files that keys may name. */
  FileTypes files() {
    return reading.files();
  }

  String name(String key) {
    return Node.fullName(path, key);
  }

  /**
   * The full name by which {@link KnownKeys} has a key of this section: where several sections have
   * the same keys, the same for all of them.
   */
  String known(String key) {
    return role.isEmpty() ? key : role + "." + key;
  }

  String path() {
    return path;
  }

  /** Whether the key that decides which others there are is wrong. */
  boolean undecided() {
    return undecided;
  }

  /** Whether something else stands where the section should, so that no key can be missed. */
  boolean damaged() {
    return damaged;
  }

  /** How many problems the file has so far. */
  int problems() {
    return reading.problems();
  }

  /** The keys that the file has here, with a value, in its order. */
  List<String> given() {
    return given.keySet().stream().filter(this::gives).toList();
  }

  /** Whether the file has the key, with a value. */
  boolean gives(String key) {
    return value(key).isPresent();
  }

  /** {@code kind: low-rank} where a key decides which others there are; else empty. */
  String variant() {
    return variant;
  }

  /** The keys that were asked for. */
  Set<String> asked() {
    return asked;
  }

  /** What the keys take that there can be. */
  Map<String, Declared> declared() {
    return declared;
  }

  /** The full name of the section whose keys this one has: its own, or another one's. */
  String role() {
    return role;
  }

  /** The keys given here that this section does not have. */
  List<String> unknownKeys() {
    return given.keySet().stream()
        .filter(key -> !asked.contains(key) && !refused.contains(key))
        .filter(key -> !undecided || !KnownKeys.ALL.containsKey(known(key)))
        .toList();
  }

  /** Where an unknown key of this section stands. */
  Place place(String key) {
    return given.get(key).place();
  }

  /** The values of this section and of those within it, defaults written out. */
  Mapping answer() {
    Map<String, Node> values = new LinkedHashMap<>();
    for (String key : asked) {
      if (answers.containsKey(key)) {
        values.put(key, answers.get(key));
      } else if (sections.containsKey(key)) {
        Mapping inner = sections.get(key).answer();
        if (!inner.entries().isEmpty() || sections.get(key).kept) {
          values.put(key, inner);
        }
      }
    }
    return new Mapping(Place.NOWHERE, values);
  }

  /** What stands at a key; empty if nothing does. */
  Optional<Node> value(String key) {
    return Optional.ofNullable(given.get(key))
        .filter(node -> !(node instanceof Scalar scalar && scalar.kind() == Kind.NOTHING));
  }
}
