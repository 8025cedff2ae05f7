package io.github.cola4j.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.cola4j.spec.SitesSpec;
import io.github.cola4j.spec.TargetModules;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetMatchingTest {
  private static final List<String> MODULES =
      List.of(
          "bert.encoder.layer.0.attention.self.query",
          "bert.encoder.layer.0.attention.output.dense",
          "bert.encoder.layer.1.attention.self.query",
          "bert.encoder.layer.1.output.dense",
          "bert.encoder.layer.11.output.dense",
          "bert.pooler.dense");

  @Test
  void aListedNameMatchesWholePathsAndEndings() {
    assertEquals(
        List.of(MODULES.get(0), MODULES.get(2)), match(new TargetModules.Named(List.of("query"))));
    assertEquals(
        List.of(MODULES.get(5)), match(new TargetModules.Named(List.of("bert.pooler.dense"))));
    assertEquals(
        List.of(MODULES.get(1), MODULES.get(3), MODULES.get(4)),
        match(new TargetModules.Named(List.of("output.dense"))));
    assertEquals(
        List.of(), match(new TargetModules.Named(List.of("uery"))), "an ending begins after a dot");
  }

  @Test
  void aPatternMatchesWholePathsOnly() {
    assertEquals(
        List.of(MODULES.get(2)), match(new TargetModules.Matching(".*layer\\.1\\..*query")));
    assertEquals(List.of(), match(new TargetModules.Matching("query")));
  }

  @Test
  void allLinearMatchesAll() {
    assertEquals(MODULES, match(new TargetModules.AllLinear()));
  }

  @Test
  void layersAreComparedAsNumbers() {
    assertEquals(
        List.of(MODULES.get(2), MODULES.get(3)),
        TargetMatching.match(
            new TargetModules.Named(List.of("query", "dense")),
            new SitesSpec(Optional.empty(), Optional.empty(), List.of(1), List.of()),
            MODULES,
            Set.copyOf(MODULES)));
  }

  @Test
  void namesWithoutMatchAreTold() {
    assertEquals(
        List.of("querry"),
        TargetMatching.withoutMatch(new TargetModules.Named(List.of("query", "querry")), MODULES));
  }

  private static List<String> match(TargetModules targets) {
    return TargetMatching.match(targets, SitesSpec.DEFAULT, MODULES, Set.copyOf(MODULES));
  }
}
