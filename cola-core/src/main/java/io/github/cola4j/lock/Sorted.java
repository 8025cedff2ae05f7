package io.github.cola4j.lock;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** Maps in the order of their keys, so that a lock has the same bytes each time. */
final class Sorted {
  private Sorted() {}

  /**
   * @throws IllegalArgumentException if a key has no value
   */
  static <T> Map<String, T> copy(Map<String, T> map) {
    map.forEach(
        (key, value) -> {
          if (value == null) {
            throw new IllegalArgumentException(key + " has no value");
          }
        });
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }

  /** Where two maps differ: {@code threads: was 1, is 2}, a line each. */
  static List<String> differences(Map<String, String> was, Map<String, String> is) {
    TreeSet<String> names = new TreeSet<>(was.keySet());
    names.addAll(is.keySet());
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      if (!Objects.equals(was.get(name), is.get(name))) {
        lines.add(
            "%s: was %s, is %s"
                .formatted(
                    name, was.getOrDefault(name, "absent"), is.getOrDefault(name, "absent")));
      }
    }
    return lines;
  }
}
