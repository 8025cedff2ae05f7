package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.gate.GateReport;
import io.github.cola4j.gate.Gates;
import io.github.cola4j.gate.Measurements;
import io.github.cola4j.gate.Summary;
import io.github.cola4j.report.RunReport;
import io.github.cola4j.report.SelfContainedHtml;
import io.github.cola4j.spec.RunSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gates and reports read is what runs write. */
class GatesOfRunsTest {
  @TempDir Path folder;

  private GateReport check(SmallProject project, String gates) {
    Path file = project.folder().resolve("cola.yaml");
    RunSpec spec = RunSpec.parse(project.read("cola.yaml") + gates, file, Map.of());
    return Gates.check(spec.gates(), Measurements.ofRun(spec.output().path()));
  }

  @Test
  void aRunIsReadAsItWasWritten() throws Exception {
    SmallProject project = SmallProject.bert(folder);
    project.finetune("training.max_steps=4");
    GateReport gates =
        check(
            project,
            """
            gates:
              accuracy: ">= 0"
              f1: ">= 0"
              f1_macro: ">= 0"
              matthews_correlation: ">= -1"
              adapter_size: "> 0 B"
              trainable_parameters: "> 0"
              baseline: {file: run/summary.json, accuracy: ">= 0", trainable_parameters: "<= 0"}
            """);
    assertTrue(gates.kept(), gates.text());
    assertEquals(
        Files.size(project.adapterFile()) + " B",
        gates.checks().get(4).found(),
        "the adapter's size");

    Summary summary = Summary.ofRun(project.output());
    assertEquals("base", summary.base());
    assertEquals("sequence-classification", summary.task());
    assertEquals(List.of("LABEL_0", "LABEL_1"), summary.labels());
    assertEquals(4, summary.steps());
    assertEquals(4, summary.keptStep());
    assertEquals(44, summary.trainingRows());
    assertTrue(summary.sites() > 0 && summary.examplesPerSecond() > 0);
    assertTrue(summary.seconds() >= summary.trainingSeconds() && summary.trainingSeconds() > 0);
    assertTrue(summary.peakBytes() > 0);

    RunReport report = RunReport.read(project.output(), gates);
    assertEquals(4, report.steps().size());
    assertEquals(summary.metrics(), report.validations().get(0).metrics());
    assertTrue(report.phases().stream().allMatch(phase -> phase.seconds() > 0));
    assertEquals(project.read("run/spec.yaml"), report.spec());
    String html = SelfContainedHtml.of(report);
    assertTrue(html.contains("Time by phase"));
    assertTrue(!html.contains(folder.toString()), "no absolute path");
  }

  @Test
  void usersAreReadAsTheyWereWritten() {
    SmallProject project = SmallProject.bert(folder);
    String[] rows = project.read("train.tsv").split("\n");
    StringBuilder owned = new StringBuilder("owner\t" + rows[0] + "\n");
    for (int i = 1; i < rows.length; i++) {
      owned.append(i % 2 == 0 ? "ann" : "bob").append('\t').append(rows[i]).append('\n');
    }
    project.write("train.tsv", owned.toString());
    project.write("validation.tsv", owned.toString());
    project.write("cola.yaml", project.read("cola.yaml") + "users: {column: owner, mode: alone}\n");
    project.finetune("training.max_steps=4");
    GateReport kept = check(project, "gates: {users: {accuracy: '>= 0'}, adapter_size: '> 0 B'}\n");
    assertTrue(kept.kept(), kept.text());
    assertEquals(
        List.of("users.accuracy (ann)", "users.accuracy (bob)"),
        check(project, "gates: {users: {accuracy: '> 1'}}\n").missed().stream()
            .map(GateReport.Check::name)
            .toList());
    Summary summary = Summary.ofRun(project.output());
    assertEquals("alone", summary.usersMode());
    assertTrue(
        summary.users().values().stream()
            .allMatch(user -> user.fits().isPresent() && user.keptStep().isPresent()));
  }
}
