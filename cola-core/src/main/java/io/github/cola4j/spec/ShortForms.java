package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Items;
import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Mapping;
import io.github.cola4j.spec.Node.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What may be written short in the place of a section: {@code max_grad_norm: 1.0} for {@code
 * max_grad_norm: {value: 1.0}}, {@code base: cnn} for {@code base: {architecture: cnn}}, {@code
 * offload: cpu} for {@code offload: {to: cpu}}, and a list of users, or of their names, for the
 * section that has these names as keys.
 */
final class ShortForms {
  static final String USERS = "users.list";

  /** The keys that may be plain values, with the key that such a value is then meant for. */
  private static final Map<String, String> MAIN_KEYS =
      Map.of("base", "architecture", "offload", "to", "training.max_grad_norm", "value");

  private ShortForms() {}

  /**
   * The section that is meant; empty if none is.
   *
   * @param name the full name of the key
   * @param node its value
   * @param problems told what is wrong with a list of users
   */
  static Optional<Mapping> section(String name, Node node, Consumer<Problem> problems) {
    if (node instanceof Mapping mapping) {
      return Optional.of(mapping);
    }
    if (name.equals(USERS)) {
      List<Node> users = node instanceof Items items ? items.nodes() : List.of(node);
      return Optional.of(new Mapping(node.place(), byNames(users, problems)));
    }
    return node instanceof Scalar && MAIN_KEYS.containsKey(name)
        ? Optional.of(new Mapping(node.place(), Map.of(MAIN_KEYS.get(name), node)))
        : Optional.empty();
  }

  /** The key that a plain value in the place of a section is meant for, if there may be one. */
  static Optional<String> mainKey(String name) {
    return Optional.ofNullable(MAIN_KEYS.get(name));
  }

  private static Map<String, Node> byNames(List<Node> users, Consumer<Problem> problems) {
    Map<String, Node> named = new LinkedHashMap<>();
    for (Node user : users) {
      Node name = user;
      Node keys = new Scalar(user.place(), Kind.NOTHING, "");
      if (user instanceof Mapping mapping) {
        Map<String, Node> rest = new LinkedHashMap<>(mapping.entries());
        name = rest.remove("name");
        keys = new Mapping(user.place(), rest);
      }
      if (name instanceof Scalar scalar && scalar.kind() != Kind.NOTHING) {
        Node first = named.putIfAbsent(scalar.text(), keys);
        if (first != null) {
          problems.accept(
              problem(
                  user,
                  Node.fullName(USERS, scalar.text()),
                  "stands twice in the list" + onLine(first.place().line()),
                  "keep one"));
        }
      } else if (user instanceof Mapping && name == null) {
        problems.accept(
            problem(user, USERS, "found a user without a name", "write {name: ann, …}"));
      } else {
        problems.accept(
            problem(
                user,
                USERS,
                "found " + name.shown() + " where a user's name should stand",
                "write names, [ann, bob], or {name: ann, …} for each"));
      }
    }
    return named;
  }

  private static String onLine(int line) {
    return line == 0 ? "" : ", first on line " + line;
  }

  private static Problem problem(Node at, String key, String found, String fix) {
    return new Problem(at.place().file(), at.place().line(), key, found, fix);
  }
}
