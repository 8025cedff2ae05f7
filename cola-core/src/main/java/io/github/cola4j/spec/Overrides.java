package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Place;
import io.github.cola4j.spec.Node.Scalar;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Values from outside the file, put into its tree before anything is read from it. */
final class Overrides {
  static final Place PLACE = new Place("override", 0);
  private static final Pattern DOT = Pattern.compile("\\.(?=([^\"]*\"[^\"]*\")*[^\"]*$)");

  private Overrides() {}

  static Mapping apply(Mapping root, Map<String, String> overrides, List<Problem> problems) {
    Mapping result = root;
    // In the order of their names, whatever map they come in.
    for (Map.Entry<String, String> override : new TreeMap<>(overrides).entrySet()) {
      String key = override.getKey();
      List<String> names = names(key);
      if (names.stream().anyMatch(String::isBlank)) {
        problems.add(
            new Problem(
                PLACE.file(), 0, key, "is no key", "write full names: training.optimizer.lr"));
      } else {
        Node value = YamlText.value(override.getValue(), PLACE);
        result = with("", result, names, value, problems::add);
      }
    }
    return result;
  }

  /** The parts of a full name; dots in quotes are letters like others. */
  private static List<String> names(String key) {
    return Arrays.stream(DOT.split(key, -1))
        .map(name -> name.matches("\".*\"") ? name.substring(1, name.length() - 1) : name)
        .toList();
  }

  private static Mapping with(
      String path, Mapping mapping, List<String> names, Node value, Consumer<Problem> problems) {
    Map<String, Node> entries = new LinkedHashMap<>(mapping.entries());
    String name = names.get(0);
    String full = Node.fullName(path, name);
    if (names.size() > 1) {
      Node inner = entries.get(name);
      Optional<Mapping> section =
          nothing(inner)
              ? Optional.of(new Mapping(PLACE, Map.of()))
              : ShortForms.section(full, inner, problems);
      // What is no section is wrong in the file, and will be reported.
      section.ifPresent(
          keys ->
              entries.put(name, with(full, keys, names.subList(1, names.size()), value, problems)));
    } else if (nothing(value) && (entries.containsKey(name) || path.equals(ShortForms.USERS))) {
      // Not an empty value in its place: a user of whom nothing is said is a user.
      entries.remove(name);
    } else {
      entries.put(name, value);
    }
    return new Mapping(mapping.place(), entries);
  }

  private static boolean nothing(Node node) {
    return node == null || node instanceof Scalar scalar && scalar.kind() == Kind.NOTHING;
  }
}
