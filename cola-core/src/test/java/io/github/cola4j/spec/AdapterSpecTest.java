package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is fitted, where, and by which steps. */
class AdapterSpecTest {
  static final String OWN =
      """
      base: bases/minilm
      data: {train: {file: train.tsv, text: sentence}}
      adapter:
        kind: com.acme.Fourier
        options: {frequencies: 32, decay: 5e-1, name: "a: b", on: yes, "a.b": 007, "null": "7"}
        target_modules: all-linear
        exclude_modules: .*\\.key
      training: {max_grad_norm: 0.5}
      """;

  static final String MLP =
      """
      base: bases/minilm
      data: {train: {file: train.tsv, text: sentence}}
      adapter: {kind: mlp, hidden_sizes: [64, 64], activation: gelu}
      """;

  static final String DROPOUT =
      """
      base: bases/minilm
      data: {train: {file: train.tsv, text: sentence}}
      adapter:
        lora_dropout: 0.1
        rank_pattern: {"^encoder\\\\.0\\\\..*": 2, "key": 3, "a: #b": 4, "[xy]\\t": 5}
        alpha_pattern: {}
      """;

  private static final SitesSpec EVERYWHERE = SitesSpec.DEFAULT;

  @TempDir Path root;
  SpecFolder user;

  @BeforeEach
  void folder() {
    user = SpecFolder.in(root);
  }

  private AdapterSpec adapter(String keys) {
    return user.read(SpecFolder.LEAST + "adapter: {" + keys + "}\n").adapter();
  }

  @Test
  void aKindHasItsDefaults() {
    assertEquals(
        new AdapterSpec.LowRank(8, 8, false, 0, Map.of(), Map.of(), EVERYWHERE), adapter(""));
    assertEquals(new AdapterSpec.Linear(false, EVERYWHERE), adapter("kind: linear"));
    assertEquals(
        new AdapterSpec.Mlp(List.of(128, 256), AdapterSpec.Mlp.Activation.RELU, EVERYWHERE),
        adapter("kind: mlp"));
    assertEquals(
        new AdapterSpec.Own("com.acme.Fourier", Map.of(), EVERYWHERE),
        adapter("kind: com.acme.Fourier"));
  }

  @Test
  void everyKeyArrivesInItsComponent() {
    assertEquals(new AdapterSpec.Linear(true, EVERYWHERE), adapter("kind: linear, bias: true"));
    assertEquals(
        new AdapterSpec.Mlp(List.of(64, 64), AdapterSpec.Mlp.Activation.GELU, EVERYWHERE),
        user.read(MLP).adapter());
    assertEquals(
        List.of(7), ((AdapterSpec.Mlp) adapter("kind: mlp, hidden_sizes: 7")).hiddenSizes());
    AdapterSpec.LowRank dropout = (AdapterSpec.LowRank) user.read(DROPOUT).adapter();
    assertEquals(0.1, dropout.loraDropout());
    assertEquals(
        List.of("^encoder\\.0\\..*", "key", "a: #b", "[xy]\t"),
        List.copyOf(dropout.rankPattern().keySet()));
    assertEquals(Map.of(), dropout.alphaPattern());
  }

  @Test
  void anOwnClassIsHandedItsOptionsAsTheyStand() {
    AdapterSpec.Own own = (AdapterSpec.Own) user.read(OWN).adapter();
    assertEquals("com.acme.Fourier", own.className());
    assertEquals(
        Map.of(
            "frequencies",
            "32",
            "decay",
            "5e-1",
            "name",
            "a: b",
            "on",
            "yes",
            "a.b",
            "007",
            "null",
            "7"),
        own.options());
    assertEquals(
        List.of("frequencies", "decay", "name", "on", "a.b", "null"),
        List.copyOf(own.options().keySet()));
    assertEquals(
        new SitesSpec(
            Optional.of(new TargetModules.AllLinear()),
            Optional.of(new TargetModules.Matching(".*\\.key")),
            List.of(),
            List.of()),
        own.sites());
  }

  @Test
  void whatIsResolvedReadsAsAnEqualSpec() {
    for (String yaml : List.of(OWN, MLP, DROPOUT)) {
      RunSpec spec = user.read(yaml);
      RunSpec again = user.read(spec.resolved());
      assertEquals(spec, again, yaml);
      assertEquals(spec.resolved(), again.resolved());
      assertEquals(spec.digest(), again.digest());
    }
  }

  @Test
  void aPatternCountsForTheDigest() {
    RunSpec spec = user.read(DROPOUT);
    RunSpec other = user.read(DROPOUT, Map.of("adapter.rank_pattern.\"a.b\"", "9"));
    assertNotEquals(spec.digest(), other.digest());
    assertEquals(
        List.of("adapter.rank_pattern.\"a.b\": was absent, is 9"), other.differences(spec));
  }

  @Test
  void aNormMayStandAlone() {
    String resolved =
        """
          max_grad_norm:
            value: 0.5
            scope: %s
        """;
    RunSpec spec = user.read(OWN);
    assertEquals(
        Optional.of(new ClippingSpec(0.5, ClippingSpec.Scope.GLOBAL)),
        spec.training().maxGradNorm());
    assertTrue(spec.resolved().contains(resolved.formatted("global")), spec.resolved());
    RunSpec scoped = user.read(OWN, Map.of("training.max_grad_norm.scope", "adapter"));
    assertEquals(
        Optional.of(new ClippingSpec(0.5, ClippingSpec.Scope.ADAPTER)),
        scoped.training().maxGradNorm());
    assertTrue(scoped.resolved().contains(resolved.formatted("adapter")));
    // In the order of their names, so the second goes into the section that the first stands for.
    assertEquals(
        Optional.of(new ClippingSpec(2, ClippingSpec.Scope.ADAPTER)),
        user.read(
                SpecFolder.LEAST,
                Map.of("training.max_grad_norm", "2", "training.max_grad_norm.scope", "adapter"))
            .training()
            .maxGradNorm());
    assertEquals(
        Optional.empty(),
        user.read(OWN, Map.of("training.max_grad_norm", "")).training().maxGradNorm());
  }

  /** One line put below the least spec, as its fourth; and what is said of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // kinds
        "adapter: {lora_dropout: 1} | adapter.lora_dropout: found 1; write a number, at least 0 and below 1",
        "adapter: {kind: linear, lora_dropout: 0.1} | adapter.lora_dropout: has no meaning with kind: linear; remove it, or write kind: low-rank",
        "adapter: {bias: true} | adapter.bias: has no meaning with kind: low-rank; remove it, or write kind: linear",
        "adapter: {options: {a: 1}} | adapter.options: has no meaning with kind: low-rank; remove it, or write kind: com.acme.Fourier",
        "adapter: {kind: a.B, r: 8} | adapter.r: has no meaning with kind: a.B; remove it, or write kind: low-rank",
        "adapter: {kind: a.B, options: {x: [1]}} | adapter.options.x: found a list; write a single value",
        "adapter: {kind: a.B, options: 3} | adapter.options: found 3 where a section should stand; write options: {scale: 3}",
        "adapter: {kind: 1.5} | adapter.kind: found 1.5; one of: low-rank, linear, mlp, or a class of your own with its package: com.acme.Fourier",
        "adapter: {kind: mlp, hidden_sizes: []} | adapter.hidden_sizes: found an empty list; name at least one",
        "adapter: {kind: mlp, hidden_sizes: [8, 0]} | adapter.hidden_sizes: found 0; write a whole number, at least 1",
        "adapter: {kind: mlp, activation: swish} | adapter.activation: found \"swish\"; did you mean \"silu\"?",
        "adapter: {kind: mlp, hidden_act: relu} | adapter.hidden_act: unknown key; did you mean \"activation\"?",
        // patterns
        "adapter: {rank_pattern: {'(q': 4}} | adapter.rank_pattern.(q: the pattern \"(q\" does not compile (unclosed group at character 3); write a module's name, or a pattern for its path, as the key",
        "adapter: {alpha_pattern: {' ': 4}} | adapter.alpha_pattern. : found an empty pattern; write a module's name, or a pattern for its path, as the key",
        "adapter: {rank_pattern: {query: 0}} | adapter.rank_pattern.query: found 0; write a whole number, at least 1",
        "adapter: {rank_pattern: {a.query: x}} | adapter.rank_pattern.\"a.query\": found \"x\"; write a whole number, at least 1",
        "adapter: {rank_pattern: 4} | adapter.rank_pattern: found 4 where a section should stand; write rank_pattern: {query: 4}",
        // sites
        "adapter: {exclude_modules: all-linear} | adapter.exclude_modules: all-linear would leave no site; give a list of module names, or a pattern",
        "adapter: {exclude_modules: '(q'} | adapter.exclude_modules: the pattern \"(q\" does not compile (unclosed group at character 3); correct it, or give a list: [query, value]",
        "adapter: {layers_pattern: h} | adapter.layers_pattern: says where the numbers of layers_to_transform stand, and there are none; write layers_to_transform: [0, 1] as well, or remove it",
        "adapter: {target_modules: all-linear, layers_pattern: h} | adapter.layers_pattern: cannot stand beside target_modules as a pattern or all-linear; give target_modules as a list, or name the layers in the pattern",
        "adapter: {layers_to_transform: 1, layers_pattern: '(h'} | adapter.layers_pattern: the pattern \"(h\" does not compile (unclosed group at character 3); correct it, or give layers or h",
        // fits
        "gradient_learning: {fit_steps: 0} | gradient_learning.fit_steps: found 0; write a whole number, at least 1",
        "training: {max_grad_norm: 0} | training.max_grad_norm.value: found 0; write a number above 0",
        "training: {max_grad_norm: {scope: adapter}} | training.max_grad_norm.value: missing; write a norm: 1.0",
        "training: {max_grad_norm: {value: 1, scope: site}} | training.max_grad_norm.scope: found \"site\"; one of: global, adapter",
        "training: {max_grad_norm: [1]} | training.max_grad_norm: found a list where a section should stand; write max_grad_norm: and its keys below it, indented",
        "training: {max_grad_norm: {norm: 1, value: 1}} | training.max_grad_norm.norm: unknown key; did you mean \"value\"?",
      })
  void aWrongLineIsExplained(String line, String complaint) {
    assertEquals("cola.yaml:4: " + complaint, user.complaint(SpecFolder.LEAST + line + "\n"));
  }

  /** An adapter section for a run with merging; and what is said of that. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{kind: mlp} | the mlp adapter is not linear in its input, so weights cannot hold it; write merged: false, or take kind: low-rank or linear",
        "{lora_dropout: 0.1} | lora_dropout drops out inputs of the adapter, which merged weights cannot; write merged: false, or lora_dropout: 0",
      })
  void whatCannotBeMergedIsRefused(String adapter, String complaint) {
    assertEquals(
        "cola.yaml:5: gradient_learning.merged: " + complaint,
        user.complaint(
            SpecFolder.LEAST + "adapter: " + adapter + "\ngradient_learning: {merged: true}\n"));
  }

  @Test
  void whatIsLinearCanBeMerged() {
    for (String kind : List.of("low-rank", "linear", "com.acme.Fourier")) {
      RunSpec spec =
          user.read(
              SpecFolder.LEAST
                  + "gradient_learning: {merged: true}\nadapter: {kind: "
                  + kind
                  + "}\n");
      assertTrue(spec.gradientLearning().merged());
    }
  }
}
