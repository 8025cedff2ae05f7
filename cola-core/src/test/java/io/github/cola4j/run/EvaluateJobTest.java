package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.event.Event;
import io.github.cola4j.gate.Evaluated;
import io.github.cola4j.gate.GateReport;
import io.github.cola4j.gate.Gates;
import io.github.cola4j.gate.Measurements;
import io.github.cola4j.merge.MergeSettings;
import io.github.cola4j.report.Markdown;
import io.github.cola4j.report.RunReport;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A finished run is measured as it was in training, and on whatever else is asked for. */
class EvaluateJobTest {
  private static final String TRAINING =
      """
      adapter: {r: 4, lora_alpha: 8, target_modules: all-linear}
      training: {epochs: 2, batch_size: 4, optimizer: {lr: 1e-2}, seed: 7}
      """;

  @TempDir Path folder;
  private final List<Event> events = new ArrayList<>();

  /**
   * Evaluates in this process.
   *
   * @param arguments say {@code "model=base"}
   */
  private JsonNode evaluate(SmallProject project, String... arguments) {
    ObjectNode given = JsonNodeFactory.instance.objectNode();
    given.put("run", project.output().toString());
    for (String argument : arguments) {
      given.put(argument.replaceAll("=.*", ""), argument.replaceAll("^[^=]*=", ""));
    }
    events.clear();
    return new EvaluateJob().run(new JobContext(given, events::add, StopSignal.NEVER)).value();
  }

  private Failure complaint(SmallProject project, String... arguments) {
    try {
      throw new AssertionError("no complaint, but " + evaluate(project, arguments));
    } catch (RuntimeException e) {
      return new EvaluateJob().describe(e);
    }
  }

  /** The whole head and its difference from the base's are rounded apart: hence the 1e-6. */
  private static void assertSame(JsonNode expected, JsonNode actual) {
    assertFalse(expected.isEmpty());
    assertEquals(names(expected), names(actual));
    expected
        .properties()
        .forEach(
            metric -> {
              double value = metric.getValue().asDouble();
              double found = actual.get(metric.getKey()).asDouble();
              assertEquals(value, found, 1e-6 * Math.max(1, Math.abs(value)), metric.getKey());
            });
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** Metrics of the run and of each user are those that training ended with. */
  private JsonNode assertAsInTraining(SmallProject project, String... arguments) {
    JsonNode summary = project.json("run/summary.json");
    JsonNode evaluation = evaluate(project, arguments);
    assertSame(summary.get("metrics"), evaluation.get("metrics"));
    summary
        .path("users")
        .properties()
        .forEach(
            user -> {
              if (user.getValue().has("metrics")) {
                assertSame(
                    user.getValue().get("metrics"), evaluation.path("users").path(user.getKey()));
              }
            });
    return evaluation;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClassifierIsMeasuredAsInTraining(boolean merged) {
    SmallProject project = SmallProject.bert(folder);
    project.finetune("gradient_learning.merged=" + merged);
    JsonNode evaluation = assertAsInTraining(project);
    assertEquals(evaluation.toString(), project.json("run/evaluation.json").toString());
    assertEquals("adapter", evaluation.get("model").asText());
    assertEquals("validation", evaluation.get("split").asText());
    assertEquals(30, evaluation.get("rows").asInt());
    assertEquals("row", evaluation.at("/latency/of").asText());
    assertEquals(200, evaluation.at("/latency/count").asInt());
    double p50 = evaluation.at("/latency/p50_ms").asDouble();
    assertTrue(p50 > 0 && p50 <= evaluation.at("/latency/p95_ms").asDouble());
    assertTrue(evaluation.at("/throughput/rows_per_second").asDouble() > 0);
    assertTrue(
        evaluation.at("/throughput/tokens_per_second").asDouble()
            > evaluation.at("/throughput/rows_per_second").asDouble());
    assertTrue(evaluation.at("/memory/peak_rss_bytes").asLong() > 0);
    assertFalse(project.read("run/evaluation.json").contains(folder.toString()));
    assertTrue(
        events.stream().anyMatch(event -> event.toString().contains("latency")), "a table is told");
  }

  @Test
  void itLeavesTheRunUpToDateAndGatesKnowOfIt() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    project.finetune("training.max_steps=4");
    Path file = folder.resolve("cola.yaml");
    RunSpec spec =
        RunSpec.parse(
            project.read("cola.yaml") + "gates: {latency_p50: '> 0 ms', latency_p95: '<= 9 s'}\n",
            file,
            Map.of("training.max_steps", "4"));
    GateReport before = Gates.check(spec.gates(), Measurements.ofRun(project.output()));
    assertEquals(2, before.missed().size());
    assertTrue(before.text().contains("run cola:evaluate first"), before.text());

    evaluate(project, "model=base"); // which is no answer
    assertEquals(
        before.text(), Gates.check(spec.gates(), Measurements.ofRun(project.output())).text());
    evaluate(project);
    assertInstanceOf(Standing.UpToDate.class, Standing.of(spec, ""));
    GateReport gates = Gates.check(spec.gates(), Measurements.ofRun(project.output()));
    assertTrue(gates.kept(), gates.text());
    String report = Markdown.of(RunReport.read(project.output(), gates));
    assertTrue(report.contains("## Evaluation"), report);

    // An evaluation of other bytes is none.
    String evaluation = project.read("run/evaluation.json");
    String digest =
        project
            .json("run/evaluation.json")
            .get("results")
            .properties()
            .iterator()
            .next()
            .getValue()
            .asText();
    project.write("run/evaluation.json", evaluation.replace(digest, digest.replace('a', 'b')));
    assertTrue(Evaluated.ofRun(project.output()).isEmpty());
    project.write("run/evaluation.json", evaluation);
    assertTrue(Evaluated.ofRun(project.output()).isPresent());
    // And a new run throws those of the old one away.
    project.finetune(event -> {}, StopSignal.NEVER, true, "training.max_steps=2");
    assertFalse(Files.exists(project.output().resolve("evaluation.json")));
    assertFalse(Files.exists(project.output().resolve("evaluation-base-validation.json")));
  }

  @Test
  void otherModelsAndOtherRows() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune();
    JsonNode adapter = evaluate(project);
    JsonNode base = evaluate(project, "model=base");
    assertNotEquals(adapter.get("metrics"), base.get("metrics"));
    assertEquals(base.toString(), project.json("run/evaluation-base-validation.json").toString());
    assertEquals(
        adapter.toString(), project.json("run/evaluation.json").toString(), "that one stays");
    assertSame(adapter.get("metrics"), evaluate(project, "model=merged").get("metrics"));

    FinishedRun run = FinishedRun.open(project.output());
    Path merged = folder.resolve("merged");
    run.merge(merged, MergeSettings.of(ElementType.F32));
    assertSame(adapter.get("metrics"), evaluate(project, "model=" + merged).get("metrics"));
    assertEquals(
        adapter.get("metrics"),
        evaluate(project, "model=" + project.output().resolve("adapter")).get("metrics"));

    JsonNode train = evaluate(project, "split=train");
    assertEquals(44, train.get("rows").asInt());
    assertEquals(train.toString(), project.json("run/evaluation-adapter-train.json").toString());
    project.write("test.tsv", project.read("train.tsv"));
    JsonNode test = evaluate(project, "data=" + folder.resolve("test.tsv"));
    assertEquals(train.get("metrics"), test.get("metrics"));
    assertEquals("test.tsv", test.get("split").asText());
    assertEquals(test.get("metrics"), evaluate(project, "data={file: test.tsv}").get("metrics"));
  }

  @Test
  void aLimitIsThatOfTheSplitItWasSetFor() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune("evaluation.limit=7");
    assertEquals(7, assertAsInTraining(project).get("rows").asInt());
    assertEquals(44, evaluate(project, "split=train").get("rows").asInt());
    String file = folder.resolve("validation.tsv").toString();
    assertEquals(30, evaluate(project, "data=" + file).get("rows").asInt());
  }

  @Test
  void aRegressionAndABaseWithoutAHead() {
    SmallProject project = SmallProject.bareBert(folder);
    for (String file : List.of("train.tsv", "validation.tsv")) {
      project.write(
          file, project.read(file).replaceAll("\t1\n", "\t2.5\n").replaceAll("\t0\n", "\t-1\n"));
    }
    project.finetune("task=sequence-regression");
    assertAsInTraining(project);
    Failure failure = complaint(project, "model=base");
    assertTrue(
        failure.text().contains("the model 'base' has no trained classifier"), failure.text());
  }

  @Test
  void aLanguageModel() {
    SmallProject project =
        SmallProject.of(
            folder,
            "llama",
            """
            base: base
            task: causal-lm
            data:
              train: {file: train.tsv, response: label, prompt_template: "{sentence} =>"}
              validation: {file: validation.tsv}
              max_length: 48
            """
                + TRAINING);
    project.finetune();
    JsonNode evaluation = assertAsInTraining(project);
    JsonNode base = evaluate(project, "model=base");
    assertTrue(
        base.at("/metrics/perplexity").asDouble()
            > evaluation.at("/metrics/perplexity").asDouble());
  }

  @Test
  void textsAreWrittenWhereTrainingWroteThem() {
    SmallProject project =
        SmallProject.of(
            folder,
            "bart",
            """
            base: base
            task: sequence-to-sequence
            data:
              train: {file: train.csv, source: mr, target: ref}
              validation: {file: validation.csv}
              max_length: 40
              max_target_length: 40
            evaluation: {metric: rougeL, generate: true, limit: 4}
            generation: {max_new_tokens: 8, num_beams: 2}
            """
                + TRAINING);
    project.write(
        "train.csv", "mr,ref\n" + "name[Blue],A coffee shop.\narea[city],The city.\n".repeat(4));
    project.write("validation.csv", "mr,ref\nname[Blue],A coffee shop.\narea[city],The city.\n");
    project.finetune();
    JsonNode evaluation = assertAsInTraining(project);
    assertEquals("text", evaluation.at("/latency/of").asText());
    assertTrue(evaluation.at("/throughput/written_tokens").asLong() > 0);
    assertTrue(evaluation.at("/throughput/written_tokens_per_second").asDouble() > 0);
    JsonNode train = evaluate(project, "split=train");
    assertEquals(8, train.get("rows").asInt());
    assertSame(evaluation.get("metrics"), train.get("metrics")); // the same texts, four times
  }

  @Test
  void images() {
    SmallProject project = ImageProject.pictures(folder);
    project.finetune();
    JsonNode evaluation = assertAsInTraining(project);
    assertFalse(evaluation.path("throughput").has("tokens_per_second"));
    assertEquals(24, evaluate(project, "data=" + folder.resolve("train")).get("rows").asInt());
    Failure failure = complaint(project, "model=base");
    assertTrue(failure.text().contains("its network began at random"), failure.text());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "joint | best | {}",
        "alone | best | {ann: {}, bob: {adapter: {kind: linear}}, cyd: {adapter: {r: 2}}}",
        "collaboration | last | {ann: {}, bob: {adapter: {kind: linear}}, cyd: {leaves: 2}}",
        "collaboration | last | {ann: {}, bob: {adapter: {kind: mlp, hidden_sizes: [8, 6]}}, cyd: {leaves: 2}}"
      })
  void usersAreMeasuredAsInTraining(String mode, String keep, String list) {
    SmallProject project = Owned.bert(folder, "ann", "bob", "cyd");
    project.write(
        "validation.tsv", Owned.turns(project.read("validation.tsv"), "ann", "bob", "cyd"));
    project.finetune(
        "evaluation.keep=" + keep,
        "users={mode: "
            + mode
            + ", column: owner"
            + (list.equals("{}") ? "}" : ", list: " + list + "}"));
    JsonNode evaluation = assertAsInTraining(project);
    assertEquals(List.of("ann", "bob", "cyd"), names(evaluation.get("users")));
    if (mode.equals("alone")) {
      JsonNode ann = evaluate(project, "user=ann");
      assertSame(evaluation.at("/users/ann"), ann.at("/users/ann"));
      assertEquals(
          ann.toString(), project.json("run/evaluation-adapter-validation-ann.json").toString());
      assertSame(ann.get("metrics"), evaluate(project, "user=ann", "model=merged").get("metrics"));
      Failure failure = complaint(project, "model=merged");
      assertTrue(failure.text().contains("name the user: one of ann, bob, cyd"), failure.text());
    }
  }

  @Test
  void classesStayThoseOfTheRun() {
    SmallProject project = SmallProject.bert(folder);
    for (String file : List.of("train.tsv", "validation.tsv")) {
      project.write(
          file, project.read(file).replaceAll("\t1\n", "\tgood\n").replaceAll("\t0\n", "\tbad\n"));
    }
    project.finetune();
    JsonNode evaluation = evaluate(project);
    project.write("train.tsv", project.read("train.tsv") + "a clear city\tawful\n");
    Failure failure = complaint(project, "split=train");
    assertTrue(failure.text().contains("the label 'awful' is unknown"), failure.text());
    project.write("train.tsv", project.read("train.tsv").replace("awful", "bad"));
    assertEquals(evaluation.get("metrics"), evaluate(project).get("metrics"));
  }

  @Test
  void whatCannotBeMeasured() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune("training.max_steps=2", "data.validation=");
    project.write("other.tsv", "text\tlabel\na\t1\n");
    assertTold(complaint(project), "names no rows to measure on");
    assertTold(complaint(project, "split=test"), "there is no split 'test'");
    assertTold(complaint(project, "model=nowhere"), "there is no model at ");
    assertTold(complaint(project, "user=ann"), "has no user 'ann'");
    assertTold(complaint(project, "data=" + folder.resolve("none.tsv")), "none.tsv");
    assertTold(complaint(project, "data=" + folder.resolve("other.tsv")), "sentence");
    assertEquals(
        30, evaluate(project, "data=" + folder.resolve("validation.tsv")).get("rows").asInt());
  }

  private static void assertTold(Failure failure, String text) {
    assertEquals(Failure.Kind.USER, failure.kind(), failure.text());
    assertTrue(failure.text().contains(text), failure.text());
  }

  @Test
  void quantilesAreTheNearestRanks() {
    long[] nanos = new long[20];
    for (int i = 0; i < 20; i++) {
      nanos[i] = (20 - i) * 1_000_000L;
    }
    assertEquals(new Latency(20, 10, 19), Latency.of(nanos));
    assertEquals(new Latency(1, 1, 1), Latency.of(new long[] {1_000_000}));
  }
}
