package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.event.Event;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.PredictorOptions;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others get of a run: merged models and exported adapters. */
class ExportsTest {
  private static final String SHORT = "training.max_steps=8";
  private static final String TEXT = "the charming city";

  @TempDir Path folder;

  private static double probability(Path base, Path adapter) {
    PredictorOptions options = PredictorOptions.DEFAULT.withLabels(List.of("LABEL_0", "LABEL_1"));
    try (Predictor predictor =
        adapter == null ? Predictor.open(base, options) : Predictor.open(base, adapter, options)) {
      return predictor.classify(TEXT).probabilities().get("LABEL_1");
    }
  }

  private static double answered(SmallProject project) {
    return project.predictions(List.of(List.of(TEXT))).at("/0/probabilities/LABEL_1").asDouble();
  }

  private static Standing standing(SmallProject project) {
    return Standing.of(
        RunSpec.read(project.folder().resolve("cola.yaml"), Map.of("training.max_steps", "8")), "");
  }

  @Test
  void aMergedModelStandsBesideTheRunsResults() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    Path merged = project.output().resolve("merged");
    List<String> words = Jobs.words(new MergeJob(), Jobs.of(project.output()));
    assertTrue(
        words
            .get(0)
            .matches(
                "Merged: .*merged, \\d+ tensors, float32; its logits are within \\d\\.\\de-\\d\\d of"
                    + " those with the adapter beside the base \\(limit 1e-04\\)"),
        words.get(0));
    assertEquals(answered(project), probability(merged, null), 1e-5);
    assertInstanceOf(Standing.UpToDate.class, standing(project));

    Map<String, String> first = SmallProject.digests(merged);
    Jobs.events(new MergeJob(), Jobs.of(project.output())); // replaces its own
    assertEquals(first, SmallProject.digests(merged));
    Jobs.events(new MergeJob(), Jobs.of(project.output()).put("dtype", "bfloat16"));
    assertTrue(Files.readString(merged.resolve("config.json")).contains("bfloat16"));

    Files.createDirectories(merged.resolve(".git"));
    Files.writeString(merged.resolve(".git/HEAD"), "ref: refs/heads/main");
    Files.writeString(merged.resolve("README.md"), "mine");
    Map<String, String> mine = SmallProject.digests(merged);
    assertEquals(
        merged
            + " holds other files beside the merged model (.git, README.md), which would be lost;"
            + " move them away, or name a folder that is not there yet",
        Jobs.complaint(new MergeJob(), Jobs.of(project.output())));
    assertEquals(mine, SmallProject.digests(merged));
    RunFolder.delete(merged.resolve(".git"));
    Files.delete(merged.resolve("README.md"));
    Jobs.events(new MergeJob(), Jobs.of(project.output()));

    project.finetune(event -> {}, () -> false, true, SHORT, "training.seed=9");
    assertFalse(Files.exists(merged), "made of a run that is no more");
  }

  @Test
  void whatCannotBeMerged() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    ObjectNode arguments = Jobs.of(project.output());
    assertEquals(
        "there is no dtype 'float61' to write weights in\n  did you mean \"float16\" or \"bfloat16\" or \"float32\"?",
        Jobs.complaint(new MergeJob(), arguments.deepCopy().put("dtype", "float61")));
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(mine.resolve("letter.txt"), "dear");
    assertTrue(
        Jobs.complaint(new MergeJob(), arguments.deepCopy().put("target", mine.toString()))
            .contains("holds other files than those of a merged model"));
    assertEquals(Set.of("letter.txt"), SmallProject.digests(mine).keySet());
    SmallProject bent = SmallProject.bert(folder.resolve("bent"));
    bent.finetune(SHORT, "adapter={kind: mlp, hidden_sizes: [4]}");
    assertTrue(
        Jobs.complaint(new MergeJob(), Jobs.of(bent.output()))
            .contains("cannot be merged: it is not linear in its input"));
    assertFalse(Files.exists(bent.output().resolve("merged")));
  }

  @Test
  void anAdapterThatIsNotWhatTheRunEndedWith() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    byte[] weights = Files.readAllBytes(project.adapterFile());
    String notAsItEnded =
        "the run at %s is not as it ended: adapter/adapter_model.safetensors %s"
            + "\n  put back what was there, or finetune again";
    Files.write(project.adapterFile(), Arrays.copyOf(weights, weights.length / 2));
    for (Job job : List.of(new ExportJob(), new MergeJob(), new PredictJob())) {
      assertEquals(
          notAsItEnded.formatted(project.output(), "was changed"),
          Jobs.complaint(job, Jobs.of(project.output())));
    }
    Files.delete(project.adapterFile());
    assertEquals(
        notAsItEnded.formatted(project.output(), "is gone"),
        Jobs.complaint(new ExportJob(), Jobs.of(project.output())));
    Files.write(project.adapterFile(), weights);
    Jobs.events(new ExportJob(), Jobs.of(project.output()));

    // A run of before does not say what it ended with.
    ObjectNode summary = (ObjectNode) project.json("run/summary.json");
    summary.remove("results");
    project.write("run/summary.json", summary.toString());
    project.write("run/adapter/notes.txt", "mine");
    Jobs.events(new ExportJob(), Jobs.of(project.output()));
  }

  @Test
  void anExportedAdapterIsTheRuns() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    Path exported = folder.resolve("exported");
    ObjectNode arguments =
        Jobs.of(project.output())
            .put("target", exported.toString())
            .put("base_name", "acme/tiny-bert");
    assertEquals(
        List.of("Exported: " + exported + ", an adapter of the base acme/tiny-bert"),
        Jobs.words(new ExportJob(), arguments));
    assertArrayEquals(
        Files.readAllBytes(project.adapterFile()),
        Files.readAllBytes(exported.resolve("adapter_model.safetensors")));
    assertEquals("acme/tiny-bert", PeftFolder.read(exported).config().baseModelNameOrPath());
    assertEquals(answered(project), probability(project.base(), exported), 1e-5);
    String readme = Files.readString(exported.resolve("README.md"));
    assertTrue(readme.contains("base_model: acme/tiny-bert\nlibrary_name: peft\n"), readme);
    assertTrue(readme.contains("id2label={0: \"LABEL_0\", 1: \"LABEL_1\"}"), readme);
    assertTrue(readme.matches("(?s).*\\| accuracy \\| \\d\\.\\d{4} \\|.*"), readme);

    // Without a name the run's own; and again in the same place.
    arguments.remove("base_name");
    Jobs.events(new ExportJob(), arguments);
    assertEquals("base", PeftFolder.read(exported).config().baseModelNameOrPath());
    Map<String, String> first = SmallProject.digests(exported);
    assertEquals(3, first.size());
    Jobs.events(new ExportJob(), Jobs.of(project.output()));
    assertEquals(first, SmallProject.digests(project.output().resolve("exported")));
    assertInstanceOf(Standing.UpToDate.class, standing(project));

    Files.writeString(exported.resolve("letter.txt"), "dear");
    assertEquals(
        exported
            + " holds something else than exported adapters\n  name a target that is not there yet",
        Jobs.complaint(new ExportJob(), arguments));
    assertTrue(
        Jobs.complaint(
                new ExportJob(),
                arguments.deepCopy().put("target", project.output().resolve("adapter").toString()))
            .contains("holds something else"));
    assertTrue(
        Jobs.complaint(new ExportJob(), Jobs.of(project.output()).put("base_name", "../bases/tiny"))
            .startsWith("'../bases/tiny' is no name of a base"));
  }

  @Test
  void asAZip() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    Path zip = folder.resolve("out/adapter.zip");
    ObjectNode arguments = Jobs.of(project.output()).put("target", zip.toString());
    Jobs.events(new ExportJob(), arguments);
    byte[] first = Files.readAllBytes(zip);
    Jobs.events(new ExportJob(), arguments);
    assertArrayEquals(first, Files.readAllBytes(zip));
    try (ZipFile file = new ZipFile(zip.toFile())) {
      assertEquals(
          Set.of("README.md", "adapter_config.json", "adapter_model.safetensors"),
          file.stream().map(Object::toString).collect(Collectors.toSet()));
    }
    Files.writeString(zip, "somebody's");
    assertTrue(Jobs.complaint(new ExportJob(), arguments).contains("holds something else"));
    assertEquals("somebody's", Files.readString(zip));
  }

  @Test
  void usersAdapters() {
    SmallProject project = Owned.bert(folder, "ann", "bob");
    project.finetune("users={mode: alone, column: owner}", "data.validation=", SHORT);
    Jobs.events(new ExportJob(), Jobs.of(project.output()));
    assertEquals(
        Set.of(
            "README.md",
            "users/ann/adapter_config.json",
            "users/ann/adapter_model.safetensors",
            "users/bob/adapter_config.json",
            "users/bob/adapter_model.safetensors"),
        SmallProject.digests(project.output().resolve("exported")).keySet());
    Jobs.events(new ExportJob(), Jobs.of(project.output()).put("user", "bob"));
    assertEquals(
        SmallProject.digests(project.output().resolve("users/bob/adapter"))
            .get("adapter_model.safetensors"),
        SmallProject.digests(project.output().resolve("exported-bob"))
            .get("adapter_model.safetensors"));
    assertTrue(
        Jobs.complaint(new MergeJob(), Jobs.of(project.output()))
            .endsWith("name the user: one of ann, bob"));
    Jobs.events(new MergeJob(), Jobs.of(project.output()).put("user", "ann"));
    assertEquals(
        probability(project.base(), project.output().resolve("users/ann/adapter")),
        probability(project.output().resolve("merged-ann"), null),
        1e-5);
  }

  @Test
  void adaptersThatPeftDoesNotKnow() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT, "adapter={kind: linear}");
    List<Event> events = Jobs.events(new ExportJob(), Jobs.of(project.output()));
    assertEquals(Event.Message.Level.WARN, ((Event.Message) events.get(events.size() - 1)).level());
    String readme = project.read("run/exported/README.md");
    assertTrue(readme.contains("A linear adapter of `base`"), readme);
    assertFalse(readme.contains("peft"), readme);
  }
}
