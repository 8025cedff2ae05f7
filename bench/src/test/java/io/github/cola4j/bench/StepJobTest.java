package io.github.cola4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.spec.Task;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps on tiny models, with the keys of the script's line. */
class StepJobTest {
  /** What {@code peft_step.py} prints. */
  static final Set<String> SCRIPT_KEYS =
      Set.of(
          "method",
          "model",
          "batch",
          "seq",
          "rank",
          "device",
          "dtype",
          "threads",
          "ms_per_step",
          "ms_min",
          "peak_rss_mb",
          "peak_cuda_mb",
          "steps",
          "trainable",
          "torch");

  @TempDir Path folder;

  private ObjectNode step(
      ObjectNode config, Task task, List<String> targets, String adapter, boolean merged)
      throws Exception {
    return step(config, task, targets, adapter, merged, 0, 1, 1, "collaboration", "inline", 0);
  }

  private ObjectNode step(
      ObjectNode config,
      Task task,
      List<String> targets,
      String adapter,
      boolean merged,
      double ignored,
      int interval,
      int users,
      String sharing,
      String offload,
      int staleness)
      throws Exception {
    RandomBase.write(folder, config, ElementType.F32, 0, RandomBase.ONE_FILE);
    StepSettings settings =
        new StepSettings(
            "cola-" + adapter,
            "tiny",
            folder.toString(),
            task,
            targets,
            adapter,
            4,
            merged,
            2,
            interval,
            8,
            3,
            1,
            1,
            "cpu",
            "float32",
            merged ? "sgd" : "adamw",
            ignored,
            users,
            sharing,
            offload,
            staleness,
            1,
            interval == 1);
    ObjectNode arguments = Forked.JSON.valueToTree(settings);
    return new StepJob().run(new JobContext(arguments, event -> {}, StopSignal.NEVER)).value();
  }

  private static Set<String> keys(ObjectNode result) {
    Set<String> keys = new HashSet<>();
    result.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void theLineHasTheKeysOfTheScript() throws Exception {
    ObjectNode result =
        step(Tiny.gpt2(), Task.CAUSAL_LM, List.of("c_attn", "c_proj", "c_fc"), "low-rank", false);
    assertTrue(keys(result).containsAll(SCRIPT_KEYS), result.toString());
    assertTrue(
        keys(result)
            .containsAll(
                Set.of(
                    "server_ms",
                    "fit_ms",
                    "floor_ms",
                    "server_ratio",
                    "step_ratio",
                    "start_ms",
                    "gc_share",
                    "items")),
        result.toString());
    assertTrue(
        result.path("step_ratio").asDouble() > result.path("server_ratio").asDouble(),
        result.toString());
    assertTrue(result.path("start_ms").asDouble() > result.path("ms_min").asDouble());
    assertEquals(2 * 7, result.path("items").asInt()); // a row's first token is nobody's next one
    assertEquals("cola-low-rank", result.path("method").asText());
    assertEquals("tiny", result.path("model").asText());
    assertEquals("cpu", result.path("device").asText());
    assertEquals(3, result.path("steps").asInt());
    assertTrue(result.path("peak_cuda_mb").isNull());
    assertTrue(result.path("ms_per_step").asDouble() > 0);
    assertTrue(result.path("ms_per_step").asDouble() >= result.path("ms_min").asDouble());
    // Of each of two layers: in and out of c_attn, both c_proj, and c_fc.
    int perLayer = (16 + 48) + (16 + 16) + (16 + 64) + (64 + 16);
    assertEquals(2 * 4 * perLayer, result.path("trainable").asInt());
  }

  @Test
  void linearAdaptersMayBeMerged() throws Exception {
    ObjectNode result =
        step(Tiny.llama(), Task.CAUSAL_LM, List.of("q_proj", "v_proj"), "linear", true);
    assertEquals("cola-linear", result.path("method").asText());
    assertTrue(result.path("merged").asBoolean());
    assertEquals(2 * (16 * 16 + 8 * 16), result.path("trainable").asInt());
  }

  @Test
  void aClassifierTrainsItsHeadToo() throws Exception {
    ObjectNode result =
        step(
            Tiny.roberta(),
            Task.SEQUENCE_CLASSIFICATION,
            List.of("query", "value"),
            "low-rank",
            false);
    int head = 16 * 16 + 16 + 2 * 16 + 2;
    assertEquals(2 * 2 * 4 * (16 + 16) + head, result.path("trainable").asInt());
  }

  @Test
  void ignoredLabelsAreNoItems() throws Exception {
    ObjectNode result =
        step(
            Tiny.gpt2(),
            Task.CAUSAL_LM,
            List.of("c_attn"),
            "low-rank",
            false,
            0.5,
            1,
            1,
            "collaboration",
            "inline",
            0);
    assertEquals(2 * 4, result.path("items").asInt());
  }

  @Test
  void eachUserHasAnAdapterUnlessTheyAreJoint() throws Exception {
    List<String> targets = List.of("q_proj", "v_proj");
    int one = 2 * 4 * ((16 + 16) + (16 + 8)); // 2 layers, rank 4
    for (String sharing : List.of("collaboration", "alone", "joint")) {
      ObjectNode result =
          step(
              Tiny.llama(),
              Task.CAUSAL_LM,
              targets,
              "low-rank",
              false,
              0,
              1,
              2,
              sharing,
              "inline",
              0);
      assertEquals(
          sharing.equals("joint") ? one : 2 * one, result.path("trainable").asInt(), sharing);
      assertEquals(2, result.path("users").asInt());
    }
  }

  @Test
  void aStepMayTakeSeveralServerPasses() throws Exception {
    ObjectNode whole = step(1);
    ObjectNode parts = step(2);
    assertEquals(2 * 7, parts.path("items").asInt()); // nothing comes after the last token
    assertEquals(whole.path("items"), parts.path("items"));
    assertEquals(2, parts.path("interval").asInt());
    assertEquals(whole.path("bytes_moved"), parts.path("bytes_moved"));
  }

  private ObjectNode step(int interval) throws Exception {
    List<String> targets = List.of("c_attn");
    String alone = "alone";
    return step(
        Tiny.gpt2(), Task.CAUSAL_LM, targets, "low-rank", false, 0, interval, 2, alone, "cpu", 0);
  }

  @Test
  void fitsElsewhereAreHandedTheData() throws Exception {
    ObjectNode result =
        step(
            Tiny.gpt2(),
            Task.CAUSAL_LM,
            List.of("c_attn"),
            "low-rank",
            false,
            0,
            1,
            1,
            "joint",
            "cpu",
            1);
    // Of each of two layers x [16, 16] and the hidden gradient [16, 48].
    assertEquals(2 * 16 * (16 + 48) * Float.BYTES, result.path("bytes_moved").asLong());
    assertTrue(result.path("queue_mb").asDouble() >= 0);
    assertEquals("cpu", result.path("offload").asText());
  }

  @Test
  void aStoppedJobEndsWithoutAResult() throws Exception {
    RandomBase.write(folder, Tiny.gpt2(), ElementType.F32, 0, RandomBase.ONE_FILE);
    StepSettings settings =
        new StepSettings(
            "cola-low-rank",
            "tiny",
            folder.toString(),
            Task.CAUSAL_LM,
            List.of("c_attn"),
            "low-rank",
            4,
            false,
            2,
            1,
            8,
            1_000_000,
            0,
            1,
            "cpu",
            "float32",
            "adamw",
            0,
            1,
            "collaboration",
            "inline",
            0,
            1,
            false);
    StopSignal stop =
        new StopSignal() {
          @Override
          public boolean requested() {
            return true;
          }

          @Override
          public String reason() {
            return "enough";
          }
        };
    assertTrue(
        new StepJob()
            .run(new JobContext(Forked.JSON.valueToTree(settings), event -> {}, stop))
            .early());
  }
}
