package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all sections of one file share while it is read: its files, its lines, its problems. */
final class Reading {
  private final FileTypes files;
  private final String file;
  private final List<Problem> problems;
  private final Map<String, Coordinate> lacking = new LinkedHashMap<>();
  private final List<Section> sections = new ArrayList<>();
  private final Map<String, Place> places = new HashMap<>();

  /**
   * @param files what the paths in the file are relative to, and what its coordinates stand for
   * @param problems what is wrong already
   */
  Reading(FileTypes files, String file, Mapping root, List<Problem> problems) {
    this.files = files;
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

  FileTypes files() {
    return files;
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

  /** Notes a key whose value has to be fetched. */
  void lacks(String key, String text, Coordinate.Kind kind) {
    Problem place = problem(file, places, key, "", "");
    lacking.putIfAbsent(text, new Coordinate(place.file(), place.line(), key, text, kind, ""));
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
   * @throws UnfetchedException if nothing was, but something has to be fetched
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
    if (!lacking.isEmpty()) {
      throw new UnfetchedException(List.copyOf(lacking.values()));
    }
  }
}
