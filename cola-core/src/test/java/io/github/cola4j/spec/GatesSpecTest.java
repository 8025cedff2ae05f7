package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatesSpecTest {
  private static final String MEASURED =
      SpecFolder.LEAST + "  validation: {file: test.tsv}\nusers: {column: owner, mode: alone}\n";

  @TempDir Path root;
  private SpecFolder user;

  @BeforeEach
  void folder() {
    user = SpecFolder.in(root);
  }

  private Gate gate(String name, String condition) {
    return user.read(MEASURED + "gates: {" + name + ": \"" + condition + "\"}\n")
        .gates()
        .run()
        .get(name);
  }

  @Test
  void withoutTheSectionNothingIsDemanded() {
    assertTrue(user.read(SpecFolder.LEAST).gates().isEmpty());
    assertTrue(user.read(SpecFolder.LEAST + "gates:\n").gates().isEmpty());
    assertFalse(user.read(MEASURED + "gates: {users: {f1: '> 0'}}\n").gates().isEmpty());
  }

  @Test
  void gatesKeepTheirOrderAndTheirWordsWhenTheResolvedSpecIsReadAgain() {
    RunSpec spec =
        user.read(
            MEASURED
                + """
                gates:
                  latency_p95: "<= 50 ms"
                  accuracy: ">=0.80"
                  baseline: {accuracy: ">= -0.01", file: earlier/summary.json}
                  users: {f1: "> 1e-1", accuracy: "  >= 0.70 "}
                """);
    assertEquals(List.of("latency_p95", "accuracy"), List.copyOf(spec.gates().run().keySet()));
    assertEquals(List.of("f1", "accuracy"), List.copyOf(spec.gates().users().keySet()));
    assertEquals(">=0.80", spec.gates().run().get("accuracy").toString());
    assertEquals(">= 0.70", spec.gates().users().get("accuracy").asWritten());
    assertEquals(spec.gates(), user.read(spec.resolved()).gates());
    assertEquals(spec.resolved(), user.read(spec.resolved()).resolved());
  }

  @Test
  void anOverrideChangesOneGate() {
    String yaml = MEASURED + "gates: {accuracy: '>= 0.8', baseline: {file: a.json, f1: '> 0'}}\n";
    GatesSpec gates =
        user.read(yaml, Map.of("gates.accuracy", ">= 0.9", "gates.baseline.file", "b.json"))
            .gates();
    assertEquals(">= 0.9", gates.run().get("accuracy").asWritten());
    assertEquals("b.json", gates.baseline().orElseThrow().file().asWritten());
  }

  @Test
  void gatesMayStandInNoFile() {
    GatesSpec gates =
        GatesSpec.of(
            Task.SEQUENCE_TO_SEQUENCE,
            Map.of("rougeL", ">= 0.3", "users.loss", "< 5", "adapter_size", "<= 2 MB"));
    assertEquals(Set.of("rougeL", "adapter_size"), gates.run().keySet());
    assertEquals("< 5", gates.users().get("loss").asWritten());
    SpecException wrong =
        assertThrows(
            SpecException.class,
            () ->
                GatesSpec.of(Task.SEQUENCE_CLASSIFICATION, Map.of("acuracy", "> 0", "f1", "much")));
    assertEquals(2, wrong.problems().size(), wrong::getMessage);
    assertEquals("did you mean \"accuracy\"?", wrong.problems().get(0).fix());
  }

  @Test
  void aConditionOnANumberMayStandAlone() {
    assertTrue(Gate.parse(">= 3.5").passes(3.5));
    assertThrows(IllegalArgumentException.class, () -> Gate.parse("3.5"));
    assertThrows(IllegalArgumentException.class, () -> Gate.parse("<= 2 MB"));
  }

  @Test
  void aGateComparesAsItsSignSays() {
    assertTrue(gate("accuracy", ">= 0.8").passes(0.8));
    assertFalse(gate("accuracy", ">= 0.8").passes(0.79));
    assertFalse(gate("accuracy", ">= 0.8").passes(Double.NaN));
    assertFalse(gate("accuracy", "<= 0.8").passes(Double.NaN));
    assertFalse(gate("f1", "> 0.5").passes(0.5));
    assertTrue(gate("f1", "<= 2").passes(2));
    assertFalse(gate("f1", "< 2").passes(2));
  }

  @ParameterizedTest
  @CsvSource({
    "adapter_size, <= 2 MB, 2000000",
    "adapter_size, <= 2MB, 2000000",
    "adapter_size, <= 2 MiB, 2097152",
    "adapter_size, <= 1.5 kB, 1500",
    "adapter_size, <= 1.5 KiB, 1536",
    "adapter_size, <= 1e3 B, 1000",
    "adapter_size, <= 1 GB, 1000000000",
    "adapter_size, <= 1 GiB, 1073741824",
    "latency_p95, <= 50 ms, 50",
    "latency_p50, <= 0.05 s, 50",
    "trainable_parameters, <= 1e6, 1000000",
  })
  void aUnitIsWhatItSays(String name, String condition, double bound) {
    Gate gate = gate(name, condition);
    assertTrue(gate.passes(bound));
    assertFalse(gate.passes(Math.nextUp(bound)));
  }

  @ParameterizedTest
  @CsvSource({
    "accuracy, >= 0.80, 0.8256880733944955, 0.825688",
    "accuracy, >= 0.80, 0.5, 0.5",
    "accuracy, >= 0.80, 0, 0",
    "accuracy, >= 0.80, 0.79999999, 0.79999999",
    "accuracy, > 0.80, 0.8, 0.8",
    "accuracy, > 0.80, NaN, NaN",
    "adapter_size, <= 2 MB, 302712, 0.302712 MB",
    "adapter_size, <= 2 MB, 2000001, 2.000001 MB",
    "latency_p95, <= 0.05 s, 51.5, 0.0515 s",
    "trainable_parameters, <= 1e6, 74498, 74498",
  })
  void whatWasFoundIsToldSoThatTheVerdictCanBeSeen(
      String name, String condition, double found, String shown) {
    assertEquals(shown, gate(name, condition).shown(found));
  }

  /** What stands in the section gates of a spec with validation and users, and what is said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "accuracy: 0.8 | gates.accuracy: found 0.8; write a condition in quotes, >= > <= or < and a number: \">= 0.8\"",
        "accuracy: '== 0.8' | gates.accuracy: found \"== 0.8\"; write a condition in quotes, >= > <= or < and a number: \">= 0.8\"",
        "accuracy: '>= 0.8 %' | gates.accuracy: found \">= 0.8 %\"; write a condition in quotes, >= > <= or < and a number: \">= 0.8\"",
        "accuracy: '>= 80' | gates.accuracy: accuracy is 1 at most, so \">= 80\" is never reached; write a fraction: \">= 0.8\"",
        "f1: '> 72.5' | gates.f1: f1 is 1 at most, so \"> 72.5\" is never reached; write a fraction: \"> 0.725\"",
        "users: {accuracy: '>= 800'} | gates.users.accuracy: accuracy is 1 at most, so \">= 800\" is never reached; write a fraction: \">= 0.8\"",
        "accuracy: '>= 1e999' | gates.accuracy: found \">= 1e999\"; write a condition in quotes, >= > <= or < and a number: \">= 0.8\"",
        "accuracy: '>= 1.2.3' | gates.accuracy: found \">= 1.2.3\"; write a condition in quotes, >= > <= or < and a number: \">= 0.8\"",
        "adapter_size: '<= 2' | gates.adapter_size: found \"<= 2\"; write a condition in quotes, >= > <= or < and a number and its unit (B, kB, MB, GB, KiB, MiB, GiB): \"<= 2 MB\"",
        "adapter_size: '<= 2 ms' | gates.adapter_size: found \"<= 2 ms\"; write a condition in quotes, >= > <= or < and a number and its unit (B, kB, MB, GB, KiB, MiB, GiB): \"<= 2 MB\"",
        "latency_p95: '<= 50' | gates.latency_p95: found \"<= 50\"; write a condition in quotes, >= > <= or < and a number and its unit (ms, s): \"<= 50 ms\"",
        "acc: '>= 0.8' | gates.acc: nothing that sequence-classification measures; did you mean \"accuracy\"?",
        "acuracy: '>= 0.8' | gates.acuracy: nothing that sequence-classification measures; did you mean \"accuracy\"?",
        "loss: '<= 1' | gates.loss: nothing that sequence-classification measures; one of: accuracy, f1, f1_macro, matthews_correlation, adapter_size, trainable_parameters, latency_p50, latency_p95",
        "users: {loss: '<= 1'} | gates.users.loss: nothing that sequence-classification measures; one of: accuracy, f1, f1_macro, matthews_correlation",
        "users: {adapter_size: '<= 1 B'} | gates.users.adapter_size: nothing that sequence-classification measures; one of: accuracy, f1, f1_macro, matthews_correlation",
        "users: '>= 0.8' | gates.users: found \">= 0.8\" where a section should stand; write users: {accuracy: >= 0.8}",
        "baseline: {accuracy: '>= 0'} | gates.baseline.file: missing; write file: and a run's summary.json",
        "baseline: {file: a.json} | gates.baseline: nothing is compared; write what may change, and by how much: accuracy: \">= -0.01\"",
        "baseline: {file: pictures, f1: '> 0'} | gates.baseline.file: \"pictures\" is a folder; name a file in it",
        "baseline: {file: a.json, latency_p95: '<= 5 ms'} | gates.baseline.latency_p95: nothing that sequence-classification measures; one of: accuracy, f1, f1_macro, matthews_correlation, trainable_parameters",
      })
  void aWrongGateIsExplained(String gate, String complaint) {
    assertEquals("cola.yaml:6: " + complaint, user.complaint(MEASURED + "gates: {" + gate + "}\n"));
  }

  @Test
  void aMetricNeedsRowsToBeMeasuredOn() {
    assertEquals(
        "cola.yaml:4: gates.accuracy: there is nothing to measure it on;"
            + " write data.validation: {file: …} as well",
        user.complaint(SpecFolder.LEAST + "gates: {accuracy: '>= 0.8', adapter_size: '< 1 MB'}\n"));
    assertEquals(
        "cola.yaml:5: gates.users: there are no users; write a section users: as well",
        user.complaint(
            SpecFolder.LEAST + "  validation: {file: test.tsv}\ngates: {users: {f1: '> 0'}}\n"));
  }

  @Test
  void rougeNeedsGeneratedTexts() {
    String gated = RunSpecTest.TO_SEQUENCE + "gates: {rougeL: \">= 0.2\", loss: \"< 5\"}\n";
    assertEquals(List.of("rougeL", "loss"), List.copyOf(user.read(gated).gates().run().keySet()));
    assertEquals(
        "cola.yaml:10: gates.rougeL: rougeL is of texts that are generated;"
            + " write evaluation: {generate: true} as well",
        user.complaint(gated.replace("{metric: rougeL, generate: true}", "{every: epoch}")));
  }

  @Test
  void gatesOfAnUnknownTaskAreNotComplainedAbout() {
    assertEquals(
        "cola.yaml:6: task: found \"ner\"; one of: sequence-classification, sequence-regression,"
            + " causal-lm, sequence-to-sequence, image-classification",
        user.complaint(MEASURED + "task: ner\ngates: {perplexity: '< 9', rouge1: '> 0'}\n"));
  }

  @Test
  void allProblemsAreToldAtOnce() {
    assertEquals(
        """
        4 problems:
          cola.yaml:7: gates.loss: nothing that sequence-classification measures; one of: accuracy, f1, f1_macro, matthews_correlation, adapter_size, trainable_parameters, latency_p50, latency_p95
          cola.yaml:8: gates.adapter_size: found "small"; write a condition in quotes, >= > <= or < and a number and its unit (B, kB, MB, GB, KiB, MiB, GiB): "<= 2 MB"
          cola.yaml:9: gates.users.f2: nothing that sequence-classification measures; one of: accuracy, f1, f1_macro, matthews_correlation
          cola.yaml:10: gates.baseline.file: missing; write file: and a run's summary.json""",
        user.complaint(
            MEASURED
                + """
                gates:
                  loss: "< 1"
                  adapter_size: small
                  users: {f2: "> 0"}
                  baseline: {f1: "> 0"}
                """));
  }
}
