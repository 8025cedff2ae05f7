package io.github.cola4j.adapter;

import io.github.cola4j.spec.TargetModules;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which modules of a base a target names, by PEFT's rules ({@code BaseTuner} and {@code
 * check_target_module_exists}): a listed name matches the module of that name and all whose path
 * ends in {@code .name}; a pattern matches a whole path; {@code all-linear} matches every linear
 * module but the head.
 */
public final class TargetMatching {
  private static final Pattern LAYER = Pattern.compile(".*\\.[^.]*\\.(\\d+)\\..*");

  private TargetMatching() {}

  /**
   * The modules that are named.
   *
   * @param layers only modules of these layers, counted from 0; all if empty
   * @param modules the paths of the base's linear modules without the head
   * @return the named ones among them, in their order
   */
  public static List<String> match(
      TargetModules targets, List<Integer> layers, Collection<String> modules) {
    Predicate<String> named = named(targets);
    return modules.stream()
        .filter(named)
        .filter(module -> layers.isEmpty() || layers.contains(layer(module)))
        .toList();
  }

  /**
   * The listed names that match no module at all; empty for a pattern, whose matches only count
   * together.
   */
  public static List<String> withoutMatch(TargetModules targets, Collection<String> modules) {
    if (!(targets instanceof TargetModules.Named list)) {
      return List.of();
    }
    return list.names().stream()
        .filter(name -> modules.stream().noneMatch(module -> endsIn(module, name)))
        .toList();
  }

  /** Whether a listed name matches a module's path. */
  public static boolean endsIn(String module, String name) {
    return module.equals(name) || module.endsWith("." + name);
  }

  private static Predicate<String> named(TargetModules targets) {
    if (targets instanceof TargetModules.Named list) {
      return module -> list.names().stream().anyMatch(name -> endsIn(module, name));
    }
    if (targets instanceof TargetModules.Matching matching) {
      return Pattern.compile(matching.regex()).asMatchPredicate();
    }
    return module -> true;
  }

  /** The number of the layer that a module belongs to; −1 if its path holds none. */
  private static int layer(String module) {
    Matcher matcher = LAYER.matcher(module);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }
}
