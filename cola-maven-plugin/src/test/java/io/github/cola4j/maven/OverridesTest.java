package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;

class OverridesTest {
  @Test
  void commasSeparatePairsAndBelongToLists() throws Exception {
    assertEquals(
        Map.of(
            "training.seed", "7",
            "adapter.target_modules", "[query, key]",
            "gates.accuracy", ">= 0.8",
            "training.max_steps", ""),
        Overrides.of(
            null,
            "training.seed=7, adapter.target_modules=[query, key],gates.accuracy=>= 0.8,"
                + "training.max_steps="));
  }

  @Test
  void theCommandLineWinsOverThePom() throws Exception {
    Map<String, String> pom = new HashMap<>();
    pom.put("training.seed", "1");
    pom.put("device", "cpu");
    pom.put("data.validation", null);
    assertEquals(
        Map.of("training.seed", "7", "device", "cpu", "data.validation", ""),
        Overrides.of(pom, "training.seed=7"));
  }

  @Test
  void nothingIsNothing() throws Exception {
    assertEquals(Map.of(), Overrides.of(null, null));
    assertEquals(Map.of(), Overrides.of(Map.of(), "  "));
  }

  @Test
  void whatIsNoPairIsNamed() {
    MojoFailureException e =
        assertThrows(MojoFailureException.class, () -> Overrides.of(null, "training.seed:7"));
    assertEquals(
        "\"training.seed:7\" in cola.overrides is no key=value, perhaps you should write"
            + " -Dcola.overrides=training.seed=7,training.optimizer.lr=1e-3",
        e.getMessage());
  }
}
