package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What all sections of one file share while it is read: its folder, its lines, its problems. */
final class Reading {
  private final Path folder;
  private final String file;
  private final List<Problem> problems;
  private final List<Section> sections = new ArrayList<>();
  private final Map<String, Place> places = new HashMap<>();

  /**
   * @param folder what the paths in the file are relative to
   * @param problems what is wrong already
   */
  Reading(Path folder, String file, Mapping root, List<Problem> problems) {
    this.folder = folder;
    this.file = file;
    this.problems = new ArrayList<>(problems);
    note("", root);
  }

  /** Remembers where the keys of a section stand. */
  void note(String path, Mapping mapping) {
    mapping
        .entries()
        .forEach(
            (key, value) -> {
              String name = Node.fullName(path, key);
              places.put(name, value.place());
              if (value instanceof Mapping inner) {
                note(name, inner);
              }
            });
  }

  Path folder() {
    return folder;
  }

  Map<String, Place> places() {
    return places;
  }

  List<Section> sections() {
    return sections;
  }

  /** How many problems there are so far. */
  int problems() {
    return problems.size();
  }

  void enter(Section section) {
    sections.add(section);
  }

  void problem(String key, String found, String fix) {
    add(problem(file, places, key, found, fix));
  }

  void add(Problem problem) {
    problems.add(problem);
  }

  /** A problem at the line of the key, or of the nearest section around it that is there. */
  static Problem problem(
      String file, Map<String, Place> places, String key, String found, String fix) {
    for (String name = key; !name.isEmpty(); name = parent(name)) {
      Place place = places.get(name);
      if (place != null) {
        return new Problem(place.file(), place.line(), key, found, fix);
      }
    }
    return new Problem(file, 0, key, found, fix);
  }

  private static String parent(String key) {
    int dot = key.lastIndexOf('.');
    return dot < 0 ? "" : key.substring(0, dot);
  }

  /**
   * Adds what nobody asked for, and ends the reading.
   *
   * @throws SpecException if anything was wrong, in the order of the lines
   */
  void finish() {
    for (Section section : sections) {
      section.unknownKeys().forEach(key -> problems.add(UnknownKey.of(section, key)));
    }
    if (!problems.isEmpty()) {
      throw new SpecException(
          problems.stream()
              .distinct()
              .sorted(
                  Comparator.comparing((Problem problem) -> !problem.file().equals(file))
                      .thenComparingInt(Problem::line))
              .toList());
    }
  }
}
