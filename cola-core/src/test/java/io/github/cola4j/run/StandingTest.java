package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has to be done is told by what is in files, and by nothing else. */
class StandingTest {
  private static final String CODE = "c0de";

  @TempDir Path folder;
  private SmallProject project;

  @BeforeEach
  void project() {
    project = SmallProject.bert(folder);
  }

  private RunSpec spec(String... overrides) {
    Map<String, String> values = new HashMap<>(Map.of("training.epochs", "1"));
    for (String override : overrides) {
      values.put(override.replaceAll("=.*", ""), override.replaceAll("[^=]*=", ""));
    }
    return RunSpec.read(folder.resolve("cola.yaml"), values);
  }

  private Standing standing(String... overrides) {
    return Standing.of(spec(overrides), CODE);
  }

  private List<String> changes(String... overrides) {
    return assertInstanceOf(Standing.Outdated.class, standing(overrides)).changes();
  }

  private void finish() {
    Finetuning.run(spec(), CODE, false, event -> {}, StopSignal.NEVER);
  }

  @Test
  void aFinishedRunIsUpToDateUntilSomethingChanges() throws IOException {
    assertInstanceOf(Standing.Nothing.class, standing());
    finish();
    Standing.UpToDate found = assertInstanceOf(Standing.UpToDate.class, standing());
    assertEquals(
        project.json("run/summary.json").at("/metrics/accuracy").asDouble(),
        found.metrics().get("accuracy"));

    project.write("train.tsv", project.read("train.tsv")); // a new time, the same bytes
    // What is demanded and how often it is saved changes no adapter.
    assertInstanceOf(Standing.UpToDate.class, standing("checkpoint.every=5", "gates.accuracy=>0"));

    assertEquals(List.of("training.epochs: was 1, is 2"), changes("training.epochs=2"));
    assertEquals(
        List.of("the code of ColA, or of a dependency of the plugin, has changed"),
        ((Standing.Outdated) Standing.of(spec(), "other")).changes());
    assertInstanceOf(Standing.UpToDate.class, Standing.of(spec(), ""), "nobody knows");

    String train = project.read("train.tsv");
    project.write("train.tsv", SmallProject.rows(44, 9));
    assertEquals(List.of("the content of data.train has changed"), changes());
    project.write("train.tsv", train);
    String validation = project.read("validation.tsv");
    project.write("validation.tsv", SmallProject.rows(30, 9));
    assertEquals(List.of("the content of data.validation has changed"), changes());
    project.write("validation.tsv", validation);
    assertInstanceOf(Standing.UpToDate.class, standing());
    assertEquals(
        List.of("data.validation: is not read any more"),
        changes("data.validation=").stream().filter(line -> line.contains("read")).toList());

    byte[] tokenizer = Files.readAllBytes(project.base().resolve("tokenizer.json"));
    Files.writeString(
        project.base().resolve("tokenizer.json"),
        project.read("base/tokenizer.json").replaceFirst("\\{", "{ "));
    assertEquals(List.of("the content of base has changed"), changes());
    Files.write(project.base().resolve("tokenizer.json"), tokenizer);
    assertInstanceOf(Standing.UpToDate.class, standing());
  }

  @Test
  void soIsOneWhoseResultWasTouched() throws IOException {
    finish();
    byte[] weights = Files.readAllBytes(project.adapterFile());
    Files.delete(project.adapterFile());
    assertEquals(List.of("adapter/adapter_model.safetensors is gone"), changes());
    weights[weights.length - 1] ^= 1;
    Files.write(project.adapterFile(), weights);
    assertEquals(List.of("adapter/adapter_model.safetensors was changed"), changes());
    weights[weights.length - 1] ^= 1;
    Files.write(project.adapterFile(), weights);
    assertInstanceOf(Standing.UpToDate.class, standing());
    project.write("run/adapter/notes.txt", "mine");
    assertEquals(List.of("adapter/notes.txt is not the run's"), changes());
    Files.delete(project.output().resolve("adapter/notes.txt"));
    Files.delete(project.output().resolve("inputs.json"));
    assertEquals(List.of("inputs.json is gone"), changes());
  }

  @Test
  void aFinishedRunThatIsDamagedIsTrainedAnew() {
    finish();
    for (String name : List.of("summary.json", "inputs.json")) {
      String was = project.read("run/" + name);
      for (String damage : List.of("", "\0\0\0\0", was.substring(0, was.length() / 2))) {
        project.write("run/" + name, damage);
        assertEquals(List.of(name + " is damaged"), changes());
      }
      assertTrue(
          Jobs.complaint(new ExportJob(), Jobs.of(project.output()))
              .matches(
                  "\\Q%s\\E: is damaged in line \\d+; put it back as it was, or finetune again"
                      .formatted(project.output().resolve(name))));
      project.write("run/" + name, was);
    }
    assertInstanceOf(Standing.UpToDate.class, standing());
  }

  @Test
  void anUnfinishedRunIsToldFromOneOfOtherInputs() {
    stop();
    assertInstanceOf(Standing.Unfinished.class, standing());
    assertEquals(List.of("training.seed: was 7, is 8"), changes("training.seed=8"));
  }

  @Test
  void anUnfinishedRunThatIsDamagedIsNotThrownAway() {
    stop();
    project.write("run/inputs.json", "{\n");
    Map<String, String> before = SmallProject.digests(project.output());
    String problem =
        project.output().resolve("inputs.json")
            + ": is damaged in line 2; put it back as it was, force it to train from scratch, or"
            + " delete the folder";
    assertEquals(problem, assertThrows(CheckpointException.class, this::standing).getMessage());
    assertEquals(problem, project.complaint("training.epochs=1").text());
    assertEquals(before, SmallProject.digests(project.output()));
    project.finetune(event -> {}, StopSignal.NEVER, true, "training.epochs=1");
    assertInstanceOf(Standing.UpToDate.class, Standing.of(spec(), ""));
  }

  private void stop() {
    project.finetune(
        event -> {},
        new StopSignal() {
          private int asked;

          @Override
          public boolean requested() {
            return ++asked > 5;
          }

          @Override
          public String reason() {
            return "enough";
          }
        },
        false,
        "training.epochs=1");
  }

  @Test
  void eachUsersFilesAreLookedAt() {
    project.write("ann.tsv", SmallProject.rows(12, 3));
    project.write("bob.tsv", SmallProject.rows(12, 4));
    String users =
        "users={mode: alone, list: {ann: {train: {file: ann.tsv}}, bob: {train: {file: bob.tsv}}}}";
    RunSpec spec = spec("data={train: {text: sentence, format: tsv}, max_length: 32}", users);
    Finetuning.run(spec, CODE, false, event -> {}, StopSignal.NEVER);
    assertInstanceOf(Standing.UpToDate.class, Standing.of(spec, CODE));
    project.write("bob.tsv", SmallProject.rows(12, 5));
    assertEquals(
        List.of("the content of users.list.bob.train has changed"),
        ((Standing.Outdated) Standing.of(spec, CODE)).changes());
  }
}
