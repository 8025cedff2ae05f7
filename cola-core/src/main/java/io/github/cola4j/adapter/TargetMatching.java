package io.github.cola4j.adapter;

import io.github.cola4j.spec.SitesSpec;
import io.github.cola4j.spec.TargetModules;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which modules of a base a spec names, by PEFT's rules ({@code BaseTuner} and {@code
 * check_target_module_exists}): a listed name matches the module of that name and all whose path
 * ends in {@code .name}; a pattern matches a whole path; {@code all-linear} matches every linear
 * module but the head. What is excluded, by the same rules, is no target.
 */
public final class TargetMatching {
  private static final String ANY_LAYERS = ".*?\\.[^.]*";

  private TargetMatching() {}

  /**
   * The modules that are named.
   *
   * @param targets of these, what {@code sites} says of layers and exclusions considered
   * @param modules the paths of the base's modules without the head
   * @param linear those of them that are linear
   * @return the named ones among them, in their order
   */
  public static List<String> match(
      TargetModules targets, SitesSpec sites, Collection<String> modules, Set<String> linear) {
    Predicate<String> named = named(targets, linear);
    Predicate<String> excluded =
        sites.excludeModules().map(modulesOut -> named(modulesOut, linear)).orElse(module -> false);
    return modules.stream()
        .filter(named)
        .filter(excluded.negate())
        .filter(module -> isWholeName(targets, module) || inLayers(module, sites))
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

  /** The numbers of the layers that modules lie in. */
  public static SortedSet<Integer> layers(SitesSpec sites, Collection<String> modules) {
    return modules.stream()
        .map(module -> layer(module, sites))
        .filter(layer -> layer >= 0)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether a listed name matches a module's path. */
  public static boolean endsIn(String module, String name) {
    return module.equals(name) || module.endsWith("." + name);
  }

  private static Predicate<String> named(TargetModules targets, Set<String> linear) {
    if (targets instanceof TargetModules.Named list) {
      return module -> list.names().stream().anyMatch(name -> endsIn(module, name));
    }
    if (targets instanceof TargetModules.Matching matching) {
      return Pattern.compile(matching.regex()).asMatchPredicate();
    }
    return linear::contains;
  }

  /** PEFT takes a module whose whole path is listed whatever its layer. */
  private static boolean isWholeName(TargetModules targets, String module) {
    return targets instanceof TargetModules.Named list && list.names().contains(module);
  }

  private static boolean inLayers(String module, SitesSpec sites) {
    return sites.layersToTransform().isEmpty()
        || sites.layersToTransform().contains(layer(module, sites));
  }

  /** The number of the layer that a module belongs to; −1 if its path holds none. */
  private static int layer(String module, SitesSpec sites) {
    List<String> before =
        sites.layersPattern().isEmpty()
            ? List.of(ANY_LAYERS)
            : sites.layersPattern().stream().map("(?:^|.*?\\.)%s"::formatted).toList();
    for (String pattern : before) {
      Matcher matcher = Pattern.compile(pattern + "\\.(\\d+)\\..*").matcher(module);
      if (matcher.matches() && matcher.group(matcher.groupCount()).length() < 10) {
        return Integer.parseInt(matcher.group(matcher.groupCount()));
      }
    }
    return -1;
  }
}
