package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.merge.MergeSettings;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose base is held in 16 bits. */
class HeldBaseTest {
  private static final List<List<String>> TEXTS =
      List.of(List.of("the charming city"), List.of("the coffee rocks"));

  @TempDir Path folder;

  /** One whose base is stored in a type. */
  private static SmallProject stored(SmallProject project, ElementType type) {
    project.rewriteWeights(
        tensors -> {
          Map<String, HostTensor> rounded = new TreeMap<>();
          tensors.forEach((name, tensor) -> rounded.put(name, tensor.as(type)));
          return rounded;
        });
    return project;
  }

  private static Map<String, String> adapters(SmallProject project) {
    Map<String, String> files = SmallProject.digests(project.output());
    files.keySet().removeIf(file -> !file.endsWith("adapter_model.safetensors"));
    assertFalse(files.isEmpty());
    return files;
  }

  @ParameterizedTest
  @CsvSource({"BF16, bfloat16, false", "BF16, bfloat16, true", "F16, float16, false"})
  void aBaseStoredSoTrainsToTheSameBytes(ElementType type, String dtype, boolean merged) {
    String learning = "gradient_learning.merged=" + merged;
    SmallProject wide = stored(SmallProject.bareBert(folder.resolve("wide")), type);
    wide.finetune(learning);
    SmallProject narrow = stored(SmallProject.bareBert(folder.resolve("narrow")), type);
    narrow.finetune(learning, "dtype=" + dtype);
    assertEquals(adapters(wide), adapters(narrow));
    assertEquals(
        wide.json("run/summary.json").get("metrics"),
        narrow.json("run/summary.json").get("metrics"));
    JsonNode told = narrow.predictions(TEXTS);
    JsonNode expected = wide.predictions(TEXTS);
    for (int row = 0; row < TEXTS.size(); row++) {
      assertEquals(expected.get(row).get("label"), told.get(row).get("label"));
      assertEquals(
          expected.get(row).get("probability").asDouble(),
          told.get(row).get("probability").asDouble(),
          1e-6); // the one's adapter is merged, the other's is not
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"alone", "collaboration", "joint"})
  void usersToo(String mode) {
    String users = "users={mode: %s, column: owner, list: [ann, bob, cyd]}".formatted(mode);
    String merged = "gradient_learning.merged=" + mode.equals("collaboration");
    SmallProject wide =
        stored(Owned.bert(folder.resolve("wide"), "ann", "bob", "cyd"), ElementType.BF16);
    wide.finetune(users, merged, "data.validation=");
    SmallProject narrow =
        stored(Owned.bert(folder.resolve("narrow"), "ann", "bob", "cyd"), ElementType.BF16);
    narrow.finetune(users, merged, "data.validation=", "dtype=bfloat16");
    assertEquals(adapters(wide), adapters(narrow));
  }

  /** A base of float32 is rounded: so what it ends with is rounded too, however often it stops. */
  @Test
  void aRunThatIsStoppedEndsWithTheSameBytes() {
    String[] run = {"dtype=bfloat16", "gradient_learning.merged=true", "training.epochs=1"};
    SmallProject straight = SmallProject.bert(folder.resolve("straight"));
    straight.finetune(run);
    SmallProject stopped = SmallProject.bert(folder.resolve("stopped"));
    assertTrue(stopped.finetuneStopping(4, run) > 0);
    assertEquals(straight.result(), stopped.result());
    SmallProject wide = SmallProject.bert(folder.resolve("wide"));
    wide.finetune("gradient_learning.merged=true", "training.epochs=1");
    assertNotEquals(adapters(straight), adapters(wide));
  }

  /** What is measured later is measured on the base that the run was trained on. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theRunsBaseIsHeldSoWheneverItIsUsed(boolean merged) {
    String learning = "gradient_learning.merged=" + merged;
    SmallProject project = causal("narrow");
    project.finetune("dtype=bfloat16", learning);
    double then = perplexity(project.json("run/summary.json"));
    JsonNode now =
        new EvaluateJob()
            .run(
                new JobContext(
                    JsonNodeFactory.instance.objectNode().put("run", project.output().toString()),
                    event -> {},
                    StopSignal.NEVER))
            .value();
    assertEquals(then, perplexity(now), 1e-6 * then);
    SmallProject wide = causal("wide");
    wide.finetune(learning);
    assertNotEquals(then, perplexity(wide.json("run/summary.json")), 1e-5 * then);
  }

  private SmallProject causal(String name) {
    return SmallProject.of(
        folder.resolve(name),
        "gpt2",
        """
        base: base
        task: causal-lm
        data:
          train: {file: train.tsv, response: label, prompt_template: "{sentence} =>"}
          validation: {file: validation.tsv}
          max_length: 48
        adapter: {r: 4, lora_alpha: 8}
        training: {epochs: 1, batch_size: 4, optimizer: {lr: 1e-2}, seed: 7}
        """);
  }

  private static double perplexity(JsonNode told) {
    return told.get("metrics").get("perplexity").asDouble();
  }

  /** Merging adds the adapter to the base as it is stored, as PEFT does. */
  @Test
  void whatIsMergedAndExportedIsAsEver() {
    SmallProject project = SmallProject.bert(folder.resolve("project"));
    project.finetune("dtype=bfloat16", "training.epochs=1");
    FinishedRun run = FinishedRun.open(project.output());
    MergeSettings settings = MergeSettings.of(ElementType.F32);
    assertTrue(run.merge(folder.resolve("merged"), settings).drift() < 1e-5);
    Map<String, HostTensor> adapter = new TreeMap<>(PeftFolder.read(run.adapter()).tensors());
    assertTrue(adapter.values().stream().allMatch(tensor -> tensor.type() == ElementType.F32));
    assertArrayEquals(
        new long[] {4, 32},
        adapter.entrySet().stream()
            .filter(entry -> entry.getKey().endsWith("query.lora_A.weight"))
            .findFirst()
            .orElseThrow()
            .getValue()
            .shape()
            .getShape());
  }

  @Test
  void whatFloat16CannotHoldIsRefused() {
    SmallProject project = SmallProject.bert(folder.resolve("project"));
    project.rewriteWeights(
        tensors -> {
          String name = "bert.encoder.layer.1.output.dense.weight";
          float[] values = tensors.get(name).toFloats();
          values[3] = 1e5f;
          tensors.put(name, HostTensor.floats(values, tensors.get(name).shape().getShape()));
          return tensors;
        });
    String told = project.complaint("dtype=float16").message();
    assertTrue(
        told.contains(
            "the base's tensor bert.encoder.layer.1.output.dense.weight holds numbers beyond 65504"),
        told);
    assertTrue(told.contains("write dtype: bfloat16"), told);
  }
}
