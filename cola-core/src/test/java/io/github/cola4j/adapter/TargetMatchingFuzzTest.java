package io.github.cola4j.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.fuzz.FuzzRun;
import io.github.cola4j.spec.SitesSpec;
import io.github.cola4j.spec.TargetModules;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/**
 * Targets against PEFT's rules as PEFT writes them: {@code re.match(rf"(^|.*\\.){name}$", path)}
 * for a listed name, {@code re.fullmatch(pattern, path)} for a text, {@code
 * .*?\\.[^.]*\\.(\\d+)\\.} for a layer's number.
 */
@AddLifecycleHook(FuzzRun.class)
class TargetMatchingFuzzTest {
  private static final Pattern LAYER = Pattern.compile(".*?\\.[^.]*\\.(\\d+)\\.");

  @Provide
  Arbitrary<String> parts() {
    return Arbitraries.of(
        "model", "layers", "h", "0", "1", "2", "10", "query", "uery", "q", "dense", "value", "wte");
  }

  @Provide
  Arbitrary<List<String>> paths() {
    return parts()
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(parts -> String.join(".", parts))
        .list()
        .uniqueElements()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  @Provide
  Arbitrary<TargetModules> targets() {
    Arbitrary<String> names =
        parts().list().ofMinSize(1).ofMaxSize(3).map(parts -> String.join(".", parts));
    Arbitrary<TargetModules> named =
        names.list().uniqueElements().ofMinSize(1).ofMaxSize(3).map(TargetModules.Named::new);
    Arbitrary<TargetModules> matching =
        Combinators.combine(parts(), Arbitraries.of(".*\\.", "", ".*"), Arbitraries.of("", ".*"))
            .as((part, before, behind) -> new TargetModules.Matching(before + part + behind));
    return Arbitraries.oneOf(named, matching, Arbitraries.just(new TargetModules.AllLinear()));
  }

  @Provide
  Arbitrary<List<Integer>> layers() {
    return Arbitraries.of(0, 1, 2, 10).list().uniqueElements().ofMaxSize(3);
  }

  @Provide
  Arbitrary<List<String>> patterns() {
    return Arbitraries.of("layers", "h", "layer.*").list().uniqueElements().ofMaxSize(2);
  }

  @Property
  void whatIsMatchedIsWhatPeftMatches(
      @ForAll("paths") List<String> paths,
      @ForAll("targets") TargetModules targets,
      @ForAll("targets") TargetModules excluded,
      @ForAll("layers") List<Integer> layers,
      @ForAll("patterns") List<String> before,
      @ForAll long linearSeed) {
    Set<String> linear =
        paths.stream()
            .filter(path -> ((path.hashCode() ^ linearSeed) & 1) == 0)
            .collect(Collectors.toSet());
    boolean excludes = (linearSeed & 2) == 0;
    SitesSpec sites =
        new SitesSpec(
            Optional.of(targets),
            excludes ? Optional.of(excluded) : Optional.empty(),
            layers,
            layers.isEmpty() ? List.of() : before);
    List<String> expected =
        paths.stream()
            .filter(path -> named(targets, path, linear))
            .filter(path -> !excludes || !named(excluded, path, linear))
            .filter(
                path ->
                    layers.isEmpty()
                        || targets instanceof TargetModules.Named list
                            && list.names().contains(path)
                        || layers.contains(layer(path, before)))
            .toList();
    assertEquals(expected, TargetMatching.match(targets, sites, paths, linear));
  }

  @Property
  void aNameWithoutMatchMatchesNothing(
      @ForAll("paths") List<String> paths, @ForAll("targets") TargetModules targets) {
    List<String> without = TargetMatching.withoutMatch(targets, paths);
    if (targets instanceof TargetModules.Named list) {
      Set<String> rest = new HashSet<>(list.names());
      without.forEach(rest::remove);
      for (String name : without) {
        assertFalse(paths.stream().anyMatch(path -> ends(path, name)), name);
      }
      for (String name : rest) {
        assertTrue(paths.stream().anyMatch(path -> ends(path, name)), name);
      }
    } else {
      assertEquals(List.of(), without);
    }
  }

  private static boolean named(TargetModules targets, String path, Set<String> linear) {
    if (targets instanceof TargetModules.Named list) {
      return list.names().stream().anyMatch(name -> ends(path, name));
    }
    return targets instanceof TargetModules.Matching matching
        ? Pattern.matches(matching.regex(), path)
        : linear.contains(path);
  }

  private static boolean ends(String path, String name) {
    return Pattern.matches("(^|.*\\.)" + Pattern.quote(name), path);
  }

  private static int layer(String path, List<String> before) {
    List<Pattern> patterns =
        before.isEmpty()
            ? List.of(LAYER)
            : before.stream()
                .map(name -> Pattern.compile("(?:^|.*?\\.)" + name + "\\.(\\d+)\\."))
                .toList();
    for (Pattern pattern : patterns) {
      Matcher matcher = pattern.matcher(path);
      if (matcher.lookingAt()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    return -1;
  }
}
