package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import io.github.cola4j.spec.Node.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values from outside the file, put into its tree before anything is read from it. */
final class Overrides {
  static final Place PLACE = new Place("override", 0);

  private Overrides() {}

  static Mapping apply(Mapping root, Map<String, String> overrides, List<Problem> problems) {
    Mapping result = root;
    // In the order of their names, whatever map they come in.
    for (Map.Entry<String, String> override : new TreeMap<>(overrides).entrySet()) {
      String key = override.getKey();
      List<String> names = List.of(key.split("\\.", -1));
      if (names.stream().anyMatch(String::isBlank)) {
        problems.add(
            new Problem(
                PLACE.file(), 0, key, "is no key", "write full names: training.optimizer.lr"));
      } else {
        result = with(result, names, YamlText.value(override.getValue(), PLACE));
      }
    }
    return result;
  }

  private static Mapping with(Mapping mapping, List<String> names, Node value) {
    Map<String, Node> entries = new LinkedHashMap<>(mapping.entries());
    String name = names.get(0);
    if (names.size() == 1) {
      entries.put(name, value);
    } else {
      Node inner = entries.get(name);
      boolean absent =
          inner == null || inner instanceof Scalar scalar && scalar.kind() == Kind.NOTHING;
      if (absent || inner instanceof Mapping) {
        Mapping section = absent ? new Mapping(PLACE, Map.of()) : (Mapping) inner;
        entries.put(name, with(section, names.subList(1, names.size()), value));
      }
      // Anything else is no section: what the file says there is wrong, and will be reported.
    }
    return new Mapping(mapping.place(), entries);
  }
}
