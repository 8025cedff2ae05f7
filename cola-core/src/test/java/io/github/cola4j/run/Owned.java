package io.github.cola4j.run;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Rows with owners, and what a run makes of them. */
final class Owned {
  /** Nothing to measure on, nothing dropped: a run's adapters are those of its last step. */
  static final String[] PLAIN = {"data.validation=", "training.base_dropout=false"};

  private Owned() {}

  /** A table with a column {@code owner}, whose users take turns. */
  static String turns(String table, String... owners) {
    List<String> lines = table.lines().toList();
    StringBuilder owned = new StringBuilder(lines.get(0)).append("\towner\n");
    for (int row = 1; row < lines.size(); row++) {
      owned.append(lines.get(row)).append('\t').append(owners[(row - 1) % owners.length]);
      owned.append('\n');
    }
    return owned.toString();
  }

  /** A project that classifies, whose training rows are of these users in turns. */
  static SmallProject bert(Path folder, String... owners) {
    SmallProject project = SmallProject.bert(folder);
    project.write("train.tsv", turns(project.read("train.tsv"), owners));
    return project;
  }

  /** Prompts and responses of many lengths, of these users in turns. */
  static SmallProject causal(Path folder, String architecture, String... owners) {
    SmallProject project =
        SmallProject.of(
            folder,
            architecture,
            """
            base: base
            task: causal-lm
            data:
              train: {file: train.tsv, response: label, prompt_template: "{sentence} =>"}
              max_length: 48
            adapter: {r: 4, lora_alpha: 8, target_modules: all-linear}
            training: {epochs: 2, batch_size: 4, optimizer: {lr: 1e-2}, seed: 7}
            """);
    String rows = SmallProject.rows(44, 3);
    StringBuilder table = new StringBuilder("sentence\tlabel\n");
    List<String> lines = rows.lines().skip(1).toList();
    for (int row = 0; row < lines.size(); row++) {
      String text = lines.get(row).split("\t")[0];
      int cut = text.indexOf(' ');
      table.append(cut < 0 ? "so" : text.substring(0, cut)).append('\t');
      table.append(text, 0, Math.min(text.length(), 3 + 5 * (row % 6))).append('\n');
    }
    project.write(
        "train.tsv", owners.length == 0 ? table.toString() : turns(table.toString(), owners));
    return project;
  }

  static String[] with(String[] overrides, String... more) {
    return Stream.concat(Stream.of(overrides), Stream.of(more)).toArray(String[]::new);
  }

  /** The tensors of a file of the run, say of {@code users/ann/adapter}, by name. */
  static Map<String, float[]> tensors(SmallProject project, String adapter) {
    return floats(project.output().resolve(adapter).resolve("adapter_model.safetensors"));
  }

  static Map<String, float[]> floats(Path file) {
    Map<String, float[]> tensors = new TreeMap<>();
    try (Safetensors stored = Safetensors.open(file)) {
      for (String name : stored.names()) {
        HostTensor tensor = stored.read(name);
        tensors.put(name, tensor.toFloats());
      }
    }
    return tensors;
  }

  /** What must be the same, byte for byte, for the same run: every adapter, and the spec. */
  static Map<String, String> results(SmallProject project) {
    Map<String, String> all = SmallProject.digests(project.output());
    all.keySet().removeIf(file -> !file.matches("((users/[^/]+/)?adapter/.*|spec\\.yaml)"));
    return all;
  }

  /** What each adapter of a run is, byte for byte, without those of other users. */
  static Map<String, String> digests(SmallProject project, String adapter) {
    return SmallProject.digests(project.output().resolve(adapter));
  }

  /** The loss of every step. */
  static List<Double> losses(SmallProject project) {
    return project.metrics("step_done").stream().map(line -> line.get("loss").asDouble()).toList();
  }

  static void assertSameLosses(SmallProject one, SmallProject other, double tolerance) {
    List<Double> expected = losses(one);
    List<Double> found = losses(other);
    assertEquals(expected.size(), found.size());
    assertFalse(expected.isEmpty());
    for (int step = 0; step < expected.size(); step++) {
      assertNear(found.get(step), expected.get(step), tolerance, "loss of step " + (step + 1));
    }
  }

  /** Compares all tensors of an adapter, each by its own size. */
  static void assertSameAdapter(
      SmallProject one, SmallProject other, String adapter, double tolerance) {
    Map<String, float[]> expected = tensors(one, adapter);
    Map<String, float[]> found = tensors(other, adapter);
    assertEquals(expected.keySet(), found.keySet());
    assertFalse(expected.isEmpty());
    expected.forEach(
        (name, values) -> assertNear(found.get(name), values, tolerance, adapter + ": " + name));
  }

  /** The tensors of each checkpoint by its step. */
  static Map<Long, Map<String, float[]>> checkpoints(SmallProject project) {
    Map<Long, Map<String, float[]>> all = new LinkedHashMap<>();
    each(project, (step, folder) -> all.put(step, floats(folder.resolve("state.safetensors"))));
    return all;
  }

  /** What each checkpoint says of who learns, by its step. */
  static Map<Long, JsonNode> progress(SmallProject project) {
    Map<Long, JsonNode> all = new LinkedHashMap<>();
    each(
        project,
        (step, folder) ->
            all.put(step, RunFolder.readJson(folder.resolve("progress.json")).get("learners")));
    return all;
  }

  private static void each(SmallProject project, BiConsumer<Long, Path> reader) {
    List<Path> folders =
        new ArrayList<>(TrainingState.saved(project.output().resolve("checkpoint")));
    assertFalse(folders.isEmpty());
    for (Path folder : folders) {
      reader.accept(Long.parseLong(folder.getFileName().toString().substring(5)), folder);
    }
  }
}
