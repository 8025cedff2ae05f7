package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run would do is told before it does it, and nothing is done. */
class ValidateJobTest {
  @TempDir Path folder;
  private final List<String> lines = new ArrayList<>();

  private ObjectNode validate(SmallProject project, String... overrides) {
    ObjectNode arguments =
        JsonNodeFactory.instance
            .objectNode()
            .put("spec", project.folder().resolve("cola.yaml").toString());
    ObjectNode values = arguments.putObject("overrides");
    for (String override : overrides) {
      values.put(override.replaceAll("=.*", ""), override.replaceAll("^[^=]*=", ""));
    }
    JobContext context =
        new JobContext(
            arguments, event -> lines.add(((Event.Message) event).text()), StopSignal.NEVER);
    return new ValidateJob().run(context).value();
  }

  @Test
  void aClassifierIsToldAsItWillBeTrained() {
    SmallProject project = SmallProject.bert(folder);
    ObjectNode told = validate(project);
    assertFalse(Files.exists(project.output()), "nothing is written");
    assertEquals(22, told.get("steps").asInt());
    assertEquals(44, told.at("/data/training_rows").asInt());
    assertEquals(30, told.at("/data/validation_rows").asInt());

    List<Event> events = project.finetune();
    Event.RunStarted started =
        events.stream()
            .filter(Event.RunStarted.class::isInstance)
            .map(Event.RunStarted.class::cast)
            .findFirst()
            .orElseThrow();
    assertEquals(started.totalSteps(), told.get("steps").asLong());
    assertEquals(started.sites(), told.get("sites").size());
    assertEquals(started.trainableParameters(), told.get("trainable_parameters").asLong());
    long sum = 0;
    for (var site : told.get("sites")) {
      sum += site.get("parameters").asLong();
    }
    assertEquals(started.trainableParameters(), sum);

    String first = project.read("train.tsv").lines().toList().get(1);
    assertEquals(
        "[CLS] " + first.split("\t")[0] + " [SEP]",
        told.at("/samples/0/reads").asText().replaceAll(" +", " "));
    String all = String.join("\n", lines);
    assertTrue(all.contains("2 × bert.encoder.layer.*.attention.self.query: linear "), all);
    assertTrue(all.contains("Rows: 44 to learn from, 30 to measure on; 2 classes: "), all);
    assertTrue(all.contains("→ LABEL_"), all);
  }

  @Test
  void usersAreCounted() {
    String[] owners = new String[44];
    java.util.Arrays.fill(owners, 0, 30, "ann");
    java.util.Arrays.fill(owners, 30, 44, "bob");
    SmallProject project = Owned.bert(folder, owners);
    ObjectNode told =
        validate(
            project,
            "users={mode: collaboration, column: owner}",
            "gradient_learning.merged=true",
            "data.validation=");
    assertEquals(30, told.at("/data/users/ann").asInt());
    assertEquals(14, told.at("/data/users/bob").asInt());
    assertEquals(2, told.at("/sites/0/adapters").asInt());
  }

  @Test
  void languageModelsSayWhatIsLearned() {
    SmallProject project = Owned.causal(folder, "gpt2", "ann", "bob");
    ObjectNode told = validate(project);
    assertFalse(told.at("/samples/0/learns").asText().isEmpty());
    assertTrue(
        told.at("/samples/0/reads").asText().contains(told.at("/samples/0/learns").asText()));
  }

  @Test
  void imagesToo() {
    SmallProject project = ImageProject.digits(folder);
    ObjectNode told = validate(project, "base={architecture: cnn, hidden_sizes: [4]}");
    assertEquals("convolution", told.at("/sites/0/module").asText());
    assertTrue(told.get("samples").isEmpty());
  }

  @Test
  void whatIsWrongIsToldAsByARun() {
    SmallProject project = SmallProject.bert(folder);
    String told =
        new ValidateJob()
            .describe(
                assertThrows(
                    RuntimeException.class,
                    () -> validate(project, "adapter.target_modules=[quary]")))
            .text();
    assertEquals(project.complaint("adapter.target_modules=[quary]").text(), told);
  }

  @Test
  void aFileThatIsWrongIsToldWithTheKeyThatNamesIt() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    project.write("more.tsv", "text\tlabel\ngood\t1\n");
    assertEquals(
        "override: data.train.text: train.tsv, line 1: no column 'text'; it has: 'sentence',"
            + " 'label'. Name one of these; the first line must name the columns.",
        complaint(project, "data.train.text=text"));
    assertEquals(
        "cola.yaml:4: data.validation.text: more.tsv, line 1: no column 'sentence'; it has:"
            + " 'text', 'label'. Name one of these; the first line must name the columns.",
        complaint(project, "data.validation.file=more.tsv"));
    assertEquals(
        "override: users.column: train.tsv, line 1: no column 'owner'; it has: 'sentence', 'label'."
            + " Name one of these; the first line must name the columns.",
        complaint(project, "users.mode=alone", "users.column=owner"));
    project.write("more.tsv", "");
    assertEquals(
        "override: data.validation.file: more.tsv: is empty. Its first line must name the columns,"
            + " and rows must follow.",
        complaint(project, "data.validation.file=more.tsv"));
    Files.delete(project.base().resolve("tokenizer.json"));
    assertEquals(
        "cola.yaml:1: base: base/tokenizer.json: there is no such file; make it in Python with"
            + " transformers.AutoTokenizer.from_pretrained(<folder>).save_pretrained(<folder>)",
        complaint(project));
  }

  private String complaint(SmallProject project, String... overrides) {
    return new ValidateJob()
        .describe(assertThrows(RuntimeException.class, () -> validate(project, overrides)))
        .text();
  }
}
