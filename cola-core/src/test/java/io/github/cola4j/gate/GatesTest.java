package io.github.cola4j.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.gate.GateReport.Check;
import io.github.cola4j.gate.GateReport.Verdict;
import io.github.cola4j.spec.GatesSpec;
import io.github.cola4j.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatesTest {
  @TempDir Path root;

  private GatesSpec gates(String yaml) throws IOException {
    Files.createDirectories(root.resolve("base"));
    Files.writeString(root.resolve("rows.tsv"), "text\tlabel\tcolumn\nfine\t1\tann\n");
    String spec =
        """
        base: base
        data: {train: {file: rows.tsv, text: text}, validation: {file: rows.tsv}}
        users: {column: owner, mode: alone}
        """;
    return RunSpec.parse(spec + "gates: " + yaml + "\n", root.resolve("cola.yaml"), Map.of())
        .gates();
  }

  private WrittenRun run() {
    return WrittenRun.finished(root.resolve("out"));
  }

  private GateReport check(String yaml, WrittenRun run) throws IOException {
    return Gates.check(gates(yaml), Measurements.ofRun(run.folder()));
  }

  private static Check only(GateReport report) {
    assertEquals(1, report.checks().size(), report.text());
    return report.checks().get(0);
  }

  @Test
  void whatTheRunReachedIsHeldAgainstItsGates() throws IOException {
    GateReport report =
        check(
            "{f1: '>= 0.9', accuracy: '>= 0.80', adapter_size: '<= 300 kB',"
                + " trainable_parameters: '<= 1e5'}",
            run());
    assertEquals(
        List.of(
            new Check("f1", ">= 0.9", "0.82243", Verdict.MISSED, ""),
            new Check("accuracy", ">= 0.80", "0.825688", Verdict.KEPT, ""),
            new Check("adapter_size", "<= 300 kB", "302.712 kB", Verdict.MISSED, ""),
            new Check("trainable_parameters", "<= 1e5", "74498", Verdict.KEPT, "")),
        report.checks());
    assertFalse(report.kept());
    assertEquals(
        """
        2 of 4 gates missed:
          MISSED  f1                    wanted >= 0.9     found 0.82243
          MISSED  adapter_size          wanted <= 300 kB  found 302.712 kB
          kept    accuracy              wanted >= 0.80    found 0.825688
          kept    trainable_parameters  wanted <= 1e5     found 74498""",
        report.text());
  }

  @Test
  void withoutGatesNothingIsMissed() throws IOException {
    GateReport report = check("", run());
    assertTrue(report.kept());
    assertEquals("no gates to keep", report.text());
    assertEquals(
        "1 gate kept:\n  kept    f1  wanted > 0  found 0.82243",
        check("{f1: '> 0'}", run()).text());
    assertEquals("1 of 1 gate missed", check("{f1: '< 0'}", run()).headline());
    assertEquals("all 2 gates kept", check("{f1: '> 0', accuracy: '> 0'}", run()).headline());
  }

  @Test
  void whatNobodyMeasuredIsAMiss() throws IOException {
    GateReport report = check("{latency_p95: '<= 50 ms', f1_macro: '>= 0.1'}", run());
    assertFalse(report.kept());
    assertEquals(
        """
        2 of 2 gates missed:
          MISSED  latency_p95  wanted <= 50 ms  not measured: no evaluation of this adapter timed predictions; run cola:evaluate first
          MISSED  f1_macro     wanted >= 0.1    not measured: the run tells only of accuracy, f1, trainable_parameters, adapter_size""",
        report.text());
    Files.delete(root.resolve("out/adapter/adapter_model.safetensors"));
    Check size =
        only(
            Gates.check(gates("{adapter_size: '< 1 B'}"), Measurements.ofRun(root.resolve("out"))));
    assertEquals("not measured: the run has no adapter_model.safetensors", size.outcome());
  }

  @Test
  void anEvaluationAddsAndReplacesMeasurements() throws IOException {
    Measurements measured =
        Measurements.ofRun(run().folder()).with(GatesSpec.LATENCY_P95, 51).with(Map.of("f1", 0.1));
    assertEquals(
        List.of("0.051 s", "0.1", "0.825688"),
        Gates.check(gates("{latency_p95: '< 0.05 s', f1: '> 0', accuracy: '> 0'}"), measured)
            .checks()
            .stream()
            .map(Check::found)
            .toList());
  }

  @Test
  void aMetricThatIsNoNumberMissesItsGate() throws IOException {
    WrittenRun run = run().summary("0.822429906542056", "\"NaN\"");
    assertEquals("found NaN", only(check("{f1: '>= 0'}", run)).outcome());
    assertFalse(check("{f1: '>= 0'}", run).kept());
    assertFalse(check("{f1: '<= 1'}", run).kept());
  }

  @Test
  void everyUserHasToKeepTheUsersGates() throws IOException {
    WrittenRun run = WrittenRun.ofUsers(root.resolve("out"));
    assertEquals(
        List.of(
            new Check("users.accuracy (ann)", ">= 0.8", "0.75", Verdict.MISSED, ""),
            new Check(
                "users.accuracy (bob)",
                ">= 0.8",
                "",
                Verdict.NOT_MEASURED,
                "no validation row is this user's")),
        check("{users: {accuracy: '>= 0.8'}}", run).checks());

    run.summary("\"fits\" : 3", "\"fits\" : 3, \"metrics\" : {\"accuracy\" : 0.95}");
    assertEquals(
        new Check("users.accuracy", ">= 0.7", "0.75", Verdict.KEPT, "the lowest of 2 users"),
        only(check("{users: {accuracy: '>= 0.7'}}", run)));
    assertEquals(
        new Check("users.accuracy", "< 1", "0.95", Verdict.KEPT, "the highest of 2 users"),
        only(check("{users: {accuracy: '< 1'}}", run)));
    assertEquals(
        List.of("users.accuracy (bob)"),
        check("{users: {accuracy: '< 0.9'}}", run).missed().stream().map(Check::name).toList());
    assertEquals(
        "not measured: the run tells of each user only accuracy, f1",
        only(check("{users: {f1_macro: '> 0'}}", run)).outcome());
    assertEquals(
        "not measured: the run's validation rows do not say whose they are",
        only(check("{users: {f1: '> 0'}}", run())).outcome());
  }

  @Test
  void whereEachUserHasAnAdapterTheLargestCounts() throws IOException {
    WrittenRun run = WrittenRun.ofUsers(root.resolve("out"));
    assertEquals("2000 B", only(check("{adapter_size: '< 2001 B'}", run)).found());
  }

  @Test
  void aNameOfAUserCannotBreakTheLines() throws IOException {
    WrittenRun run =
        WrittenRun.ofUsers(root.resolve("out")).summary("\"ann\"", "\"a\\nn\\u001b[2Jn\\u202e\"");
    assertEquals(3, check("{users: {accuracy: '> 1'}}", run).text().lines().count());
    assertTrue(check("{users: {accuracy: '> 1'}}", run).text().contains("(a?n?[2Jn?)"));
  }

  @Test
  void aBaselineAllowsAChange() throws IOException {
    new WrittenRun(root.resolve("earlier"))
        .file(
            "summary.json",
            WrittenRun.SUMMARY
                .replace("0.8256880733944955", "0.8356880733944955")
                .replace("0.822429906542056", "0.9")
                .replace("74498", "70000"));
    String file = "file: earlier/summary.json";
    assertEquals(
        List.of(
            new Check(
                "baseline.accuracy",
                ">= -0.01",
                "-0.01",
                Verdict.KEPT,
                "from 0.835688 to 0.825688"),
            new Check(
                "baseline.f1", ">= -0.01", "-0.0775701", Verdict.MISSED, "from 0.9 to 0.82243"),
            new Check(
                "baseline.trainable_parameters",
                "<= +0",
                "4498",
                Verdict.MISSED,
                "from 70000 to 74498")),
        check(
                "{baseline: {"
                    + file
                    + ", accuracy: '>= -0.01', f1: '>= -0.01', trainable_parameters: '<= +0'}}",
                run())
            .checks());
    assertEquals(
        "not measured: earlier/summary.json does not have it",
        only(check(
                "{baseline: {" + file + ", f1_macro: '>= 0'}}",
                run().summary("\"f1\"", "\"f1_macro\"")))
            .outcome());
  }

  @Test
  void aBaselineThatCannotBeReadIsAMiss() throws IOException {
    String gate = "{baseline: {file: earlier.json, f1: '>= -0.01', accuracy: '>= 0'}}";
    GateReport report = check(gate, run());
    assertEquals(2, report.missed().size());
    assertEquals(
        "not measured: earlier.json does not exist; copy a finished run's summary.json there",
        report.checks().get(0).outcome());
    for (String damaged : List.of("{\"metrics\" : ", "[]", "{}", "")) {
      Files.writeString(root.resolve("earlier.json"), damaged);
      assertEquals(2, check(gate, run()).missed().size(), damaged);
    }
  }

  @Test
  void aRunThatIsNotFinishedSaysSo() throws IOException {
    Path folder = run().folder();
    Files.delete(folder.resolve("summary.json"));
    SummaryException stopped =
        assertThrows(SummaryException.class, () -> Measurements.ofRun(folder));
    assertEquals(
        "the run is not finished; finetune again to let it go on to its end", stopped.problem());
    assertEquals(folder, stopped.file());
    assertEquals(
        "there is no such run; finetune first",
        assertThrows(SummaryException.class, () -> Measurements.ofRun(root.resolve("none")))
            .problem());
    Files.writeString(folder.resolve("summary.json"), "{\"metrics\": {}");
    assertTrue(
        assertThrows(SummaryException.class, () -> Measurements.ofRun(folder))
            .problem()
            .startsWith("is not JSON ("));
  }

  @Test
  void aSummaryTellsAllThatARunWrote() {
    Summary summary = Summary.ofRun(WrittenRun.ofUsers(root.resolve("out")).folder());
    assertEquals("../bases/minilm-l6", summary.base());
    assertEquals(List.of("negative", "positive"), summary.labels());
    assertEquals(2, summary.keptStep());
    assertEquals(List.of("accuracy", "f1"), List.copyOf(summary.metrics().keySet()));
    assertEquals("alone", summary.usersMode());
    assertEquals(Map.of("accuracy", 0.75, "f1", 0.5), summary.users().get("ann").metrics());
    assertEquals(Map.of(), summary.users().get("bob").metrics());
    assertEquals(741462016, summary.peakBytes());
  }
}
