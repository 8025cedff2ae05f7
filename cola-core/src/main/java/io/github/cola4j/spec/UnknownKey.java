package io.github.cola4j.spec;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.spec.Node.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What to tell a user about a key that its section does not have. */
final class UnknownKey {
  private UnknownKey() {}

  static Problem of(Section section, String key) {
    String name = section.name(key);
    Place place = section.place(key);
    Advice advice = advice(section, key);
    return new Problem(place.file(), place.line(), name, advice.found(), advice.fix());
  }

  private record Advice(String found, String fix) {}

  private static Advice advice(Section section, String key) {
    Map<String, String> known = KnownKeys.ALL;
    if (known.containsKey(section.known(key))) {
      String other = known.get(section.known(key));
      List<String> near = NearMiss.of(key, section.asked());
      return new Advice(
          "has no meaning with " + section.variant(),
          near.isEmpty()
              ? "remove it, or write " + other
              : "did you mean \"" + near.get(0) + "\"? Or write " + other);
    }
    Optional<String> later = Words.later(key);
    if (later.isPresent()) {
      return new Advice(later.get(), "remove it");
    }
    List<String> suggestions = new ArrayList<>();
    Words.ofKey(key).ifPresent(meant -> suggestions.add(from(section, meant)));
    if (suggestions.isEmpty()) {
      // The same name elsewhere is surer than a similar one here, but both may be meant.
      known.keySet().stream()
          .filter(other -> other.substring(other.lastIndexOf('.') + 1).equals(key))
          .forEach(other -> suggestions.add(from(section, other)));
      NearMiss.of(key, section.asked()).forEach(other -> suggestions.add('"' + other + '"'));
    }
    if (suggestions.isEmpty()) {
      Map<String, String> byLastName = new LinkedHashMap<>();
      known.keySet().forEach(other -> byLastName.putIfAbsent(last(other), other));
      NearMiss.of(key, byLastName.keySet()).stream()
          .limit(1)
          .forEach(other -> suggestions.add(from(section, byLastName.get(other))));
    }
    if (!suggestions.isEmpty()) {
      return new Advice("unknown key", "did you mean " + String.join(" or ", suggestions) + "?");
    }
    String where =
        section.path().isEmpty() ? "the keys here are " : "the keys of " + section.path() + " are ";
    return new Advice("unknown key", where + String.join(", ", new TreeSet<>(section.asked())));
  }

  /** A key as seen from a section: its bare name if it belongs there, else its full name. */
  private static String from(Section section, String meant) {
    String bare = last(meant);
    return section.known(bare).equals(meant) ? '"' + bare + '"' : '"' + meant + '"';
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
