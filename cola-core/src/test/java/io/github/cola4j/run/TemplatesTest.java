package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.gate.GateReport;
import io.github.cola4j.gate.GateReport.Verdict;
import io.github.cola4j.gate.Gates;
import io.github.cola4j.gate.Measurements;
import io.github.cola4j.hub.HubName;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file of {@code templates/cola} is a run that works as it stands: here on data of the names
 * and columns that it has, with nothing changed but base and sizes.
 */
class TemplatesTest {
  private static final Path TEMPLATES = Path.of("..", "templates", "cola");
  private static final Pattern STORED_BASE = Pattern.compile("(?m)^base: (hf:\\S+)");

  /** Tiny models of the architectures that the templates' bases have. */
  private static final Map<String, String> ARCHITECTURES =
      Map.of("MiniLM", "bert", "gpt2", "gpt2", "Qwen2", "qwen2", "bart", "bart");

  private static final String CLASSES = "text\tlabel\n" + "clear\tgood\nrocks\tbad\n".repeat(4);

  private static final String NAMED =
      "text\tlabel\n" + "clear\tpositive\nrocks\tnegative\n".repeat(2);

  private static final String TALKS =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"name\"},"
          + " {\"role\": \"assistant\", \"content\": \"Blue\"}]}\n";

  /** What stands in the data files, for training and validation alike. */
  private static final Map<String, Map<String, String>> DATA =
      Map.of(
          "text-classification",
          both("tsv", CLASSES),
          "text-pairs",
          both(
              "tsv",
              "first\tsecond\tlabel\n" + "a shop\tclear\tyes\na shop\trocks\tno\n".repeat(4)),
          "regression",
          both("tsv", "text\tscore\n" + "clear\t4.5\nrocks\t1\n".repeat(4)),
          "causal-lm",
          both("txt", "A coffee shop in the city centre area called Blue Spice.\n".repeat(20)),
          "instructions",
          both("csv", "question,answer\n" + "name?,Blue\narea?,city\n".repeat(4)),
          "chat",
          both("jsonl", TALKS.repeat(8)),
          "summarization",
          both("csv", "document,summary\n" + "a coffee shop,shop\nthe city,city\n".repeat(4)),
          "images",
          Map.of(),
          "collaboration",
          both("tsv", Owned.turns(CLASSES, "ann", "bob")),
          "one-model-each",
          Map.of(
              "ann-train.tsv", NAMED,
              "ann-validation.tsv", NAMED,
              "bob-train.tsv", NAMED,
              "bob-validation.tsv", NAMED));

  @TempDir Path folder;

  static List<String> templates() throws IOException {
    try (Stream<Path> files = Files.list(TEMPLATES)) {
      return files
          .map(file -> file.getFileName().toString().replace(".yaml", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("templates")
  void trainsAndMeasuresWhatItsGatesAreAbout(String name) throws IOException {
    String text = Files.readString(TEMPLATES.resolve(name + ".yaml"));
    assertTrue(DATA.containsKey(name), "no data for the template " + name);
    Map<String, String> overrides = overrides(text);
    SmallProject project = project(text);
    DATA.get(name).forEach((file, rows) -> write(folder.resolve("data").resolve(file), rows));
    if (name.equals("images")) {
      for (String side : List.of("left", "right")) {
        ImageProject.picture(folder.resolve("data/train").resolve(side), 4, side, 6);
        ImageProject.picture(folder.resolve("data/validation").resolve(side), 4, side, 6);
      }
    }
    write(folder.resolve("cola.yaml"), text);
    RunSpec spec = RunSpec.read(folder.resolve("cola.yaml"), overrides);
    assertTrue(Finetuning.run(spec, false, event -> {}, StopSignal.NEVER));

    assertEquals(2, project.json("run/summary.json").get("steps").asInt());
    GateReport report = Gates.check(spec.gates(), Measurements.ofRun(project.output()));
    assertFalse(report.checks().isEmpty(), "a template shows gates");
    assertTrue(
        report.checks().stream().noneMatch(check -> check.verdict() == Verdict.NOT_MEASURED),
        report::text);
  }

  /** What makes the run a tiny one. */
  private static Map<String, String> overrides(String text) {
    Map<String, String> overrides = new LinkedHashMap<>();
    overrides.put("output", "run");
    overrides.put("device", "cpu");
    overrides.put("threads", "1");
    overrides.put("training.batch_size", "4");
    overrides.put("training.max_steps", "2");
    if (STORED_BASE.matcher(text).find()) {
      overrides.put("base", "base");
      overrides.put("data.max_length", "48");
    }
    if (text.contains("max_target_length")) {
      overrides.put("data.max_target_length", "16");
    }
    if (text.contains("max_new_tokens")) {
      overrides.put("generation.max_new_tokens", "4");
    }
    return overrides;
  }

  /** The tiny model that stands for the template's base. */
  private SmallProject project(String text) {
    Matcher base = STORED_BASE.matcher(text);
    if (!base.find()) {
      return new SmallProject(folder);
    }
    String repository = HubName.parse(base.group(1)).repository();
    String architecture =
        ARCHITECTURES.entrySet().stream()
            .filter(known -> repository.contains(known.getKey()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no tiny model for " + repository))
            .getValue();
    if (architecture.equals("bert")) {
      return SmallProject.bareBert(folder);
    }
    SmallProject project = SmallProject.of(folder, architecture, "");
    if (text.contains("messages")) {
      project.write(
          "base/chat_template.jinja",
          "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
              + "{% if add_generation_prompt %}assistant: {% endif %}");
    }
    return project;
  }

  private static Map<String, String> both(String ending, String rows) {
    return Map.of("train." + ending, rows, "validation." + ending, rows);
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
