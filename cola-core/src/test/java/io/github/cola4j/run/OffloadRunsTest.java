package io.github.cola4j.run;

import static io.github.cola4j.run.Owned.losses;
import static io.github.cola4j.run.Owned.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.worker.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose adapters are fitted on other threads, beside the same runs with inline fits. */
class OffloadRunsTest {
  private static final String STALE = "offload={to: cpu, staleness: 1}";

  @TempDir Path folder;

  /** All adapters of a run, byte for byte; the spec tells where they were fitted. */
  private static Map<String, String> adapters(SmallProject project) {
    Map<String, String> results = Owned.results(project);
    results.remove("spec.yaml");
    assertFalse(results.isEmpty());
    return results;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "adapter={r: 4, lora_alpha: 8} | gradient_learning.merged=true | training.optimizer={name: sgd, lr: 0.05}",
        "adapter={r: 4, lora_dropout: 0.2} | gradient_learning.interval=3 | training.max_grad_norm=0.5",
        "adapter={kind: linear} | gradient_learning={merged: true, interval: 3} | evaluation={every: 4, patience: 2}",
        "adapter={kind: 'io.github.cola4j.run.OwnKindTest$Plain'} | gradient_learning.merged=true | training.epochs=1",
        "adapter={kind: mlp, hidden_sizes: [8]} | gradient_learning.fit_steps=2 | training.optimizer={name: sgd, lr: 0.05, momentum: 0.9}",
      })
  void withoutStalenessTheBytesAreThoseOfInlineFits(String adapter, String learning, String how) {
    assertSame(
        SmallProject.bert(folder.resolve("inline")),
        SmallProject.bert(folder.resolve("pool")),
        "offload={to: cpu, queue_mb: 1}",
        adapter,
        learning,
        how);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alone", "collaboration", "joint"})
  void ofFiveUsersWithTwoWorkers(String mode) {
    String[] owners = {"ann", "bob", "cyd", "dan", "eve"};
    String list =
        mode.equals("joint")
            ? "list: [ann, bob, cyd, dan, eve]"
            : "list: {ann: {}, bob: {adapter: {kind: linear}}, cyd: {adapter: {r: 2}}, dan: {joins: 2}, eve: {}}";
    assertSame(
        Owned.bert(folder.resolve("inline"), owners),
        Owned.bert(folder.resolve("pool"), owners),
        "offload={to: cpu, workers: 2}",
        "users={mode: %s, column: owner, %s}".formatted(mode, list),
        "data.validation=",
        "gradient_learning.merged=" + mode.equals("collaboration"));
  }

  @ParameterizedTest
  @CsvSource({"cnn, low-rank", "mlp, linear"})
  void ofImages(String base, String kind) {
    assertSame(
        ImageProject.digits(folder.resolve("inline")),
        ImageProject.digits(folder.resolve("pool")),
        "offload=cpu",
        "base=" + base,
        "adapter.kind=" + kind,
        "gradient_learning.interval=2",
        "training.epochs=1",
        "data.validation=");
  }

  /** Of embeddings adapters read ids, which lie in memory that the next batch uses again. */
  @Test
  void ofEmbeddings() {
    assertSame(
        Owned.causal(folder.resolve("inline"), "gpt2"),
        Owned.causal(folder.resolve("pool"), "gpt2"),
        "offload={to: cpu, type: float32}",
        "adapter={r: 4, target_modules: [wte, c_attn]}",
        "gradient_learning.interval=3");
  }

  private static void assertSame(
      SmallProject inline, SmallProject pool, String offload, String... run) {
    inline.finetune(run);
    pool.finetune(with(run, offload));
    assertEquals(losses(inline), losses(pool));
    assertEquals(adapters(inline), adapters(pool));
    assertTrue(moved(pool) > 0);
    assertEquals(0, moved(inline));
    for (JsonNode step : pool.metrics("step_done")) {
      assertTrue(
          step.get("queued_bytes").asLong() <= Math.max(1 << 20, moved(pool)), step::toString);
      assertEquals(0, step.get("transfer_error").asDouble());
    }
  }

  private static long moved(SmallProject project) {
    return project.metrics("step_done").stream()
        .mapToLong(s -> s.get("moved_bytes").asLong())
        .sum();
  }

  @Test
  void withStalenessTheBytesAreTheSameEveryTimeAndOthersThanWithout() {
    SmallProject inline = SmallProject.bert(folder.resolve("inline"));
    inline.finetune();
    SmallProject one = SmallProject.bert(folder.resolve("one"));
    one.finetune(STALE);
    SmallProject two = SmallProject.bert(folder.resolve("two"));
    two.finetune(STALE, "offload.queue_mb=1", "checkpoint.every=never");
    assertEquals(adapters(one), adapters(two));
    assertEquals(losses(one), losses(two));
    assertNotEquals(adapters(inline), adapters(one));
    assertEquals(losses(inline).subList(0, 1), losses(one).subList(0, 1));
    // The schedule's first fit has the learning rate 0; the third pass would see the second fit.
    assertNotEquals(losses(inline).get(2), losses(one).get(2));
    // An evaluation waits for the fits, so the pass after it is not behind.
    assertTrue(mean(losses(one), 11, 22) < mean(losses(one), 0, 11), losses(one)::toString);
  }

  private static double mean(List<Double> values, int from, int to) {
    return values.subList(from, to).stream().mapToDouble(v -> v).average().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | gradient_learning.merged=true | evaluation.every=5",
        "2 | users={mode: alone, column: owner} | data.validation=",
        "3 | users={mode: collaboration, column: owner, list: {ann: {}, bob: {adapter: {kind: linear}, joins: 2}}} | gradient_learning={merged: true, interval: 2}",
      })
  void stoppedWithStalenessItEndsWithTheSameBytes(int every, String how, String more) {
    String[] run = {STALE, how, more};
    SmallProject straight = Owned.bert(folder.resolve("straight"), "ann", "bob");
    straight.finetune(run);
    SmallProject stopped = Owned.bert(folder.resolve("stopped"), "ann", "bob");
    assertTrue(stopped.finetuneStopping(every, run) >= 2);
    assertEquals(Owned.results(straight), Owned.results(stopped));
    assertEquals(losses(straight), losses(stopped));
  }

  @Test
  void killedWithStalenessItEndsWithTheSameBytes() throws Exception {
    SmallProject straight = SmallProject.bert(folder.resolve("straight"));
    straight.finetune(STALE);
    SmallProject killed = SmallProject.bert(folder.resolve("killed"));
    Kills kills = new Kills(9);
    kills.finish(killed, 1, STALE);
    assertTrue(kills.done() > 0, "never killed");
    assertEquals(Owned.results(straight), Owned.results(killed));
    assertEquals(losses(straight), losses(killed));
  }

  @ParameterizedTest
  @CsvSource({
    "products, 3",
    "auto, 1",
  })
  void productsComeToTheSameButForRounding(String send, int interval) {
    String[] run = {
      "adapter={r: 4, target_modules: all-linear}",
      "gradient_learning.interval=" + interval,
      "training.epochs=1",
      "training.optimizer={name: sgd, lr: 0.05}",
      "data.validation="
    };
    SmallProject rows = SmallProject.bert(folder.resolve("rows"));
    rows.finetune(with(run, "offload=cpu"));
    SmallProject products = SmallProject.bert(folder.resolve("products"));
    products.finetune(with(run, "offload={to: cpu, send: " + send + "}"));
    Owned.assertSameLosses(rows, products, 1e-5);
    Owned.assertSameAdapter(rows, products, "adapter", 1e-4);
    assertNotEquals(moved(rows), moved(products));
    if (send.equals("auto")) {
      assertTrue(moved(products) < moved(rows));
    }
  }

  @ParameterizedTest
  @CsvSource({"bfloat16, 0.5, 1e-4, 0.004", "int8, 0.25, 1e-3, 0.02"})
  void roundedRowsStillTeach(String type, double part, double least, double most) {
    String[] run = {"training.base_dropout=false", "training.epochs=4", "data.validation="};
    SmallProject whole = SmallProject.bert(folder.resolve("whole"));
    whole.finetune(with(run, "offload=cpu"));
    SmallProject rounded = SmallProject.bert(folder.resolve("rounded"));
    rounded.finetune(with(run, "offload={to: cpu, type: " + type + "}"));
    assertNotEquals(adapters(whole), adapters(rounded));
    double share = moved(rounded) / (double) moved(whole);
    assertTrue(share >= part && share < part * 1.15, "moved " + share);
    for (JsonNode step : rounded.metrics("step_done")) {
      double error = step.get("transfer_error").asDouble();
      assertTrue(error > least && error < most, step::toString);
    }
    assertTrue(mean(losses(rounded), 33, 44) < 0.8 * mean(losses(rounded), 0, 11));
    Owned.assertSameLosses(whole, rounded, 0.05);
  }

  /** A kind that goes wrong where it is fitted, and nowhere else. */
  public static final class WrongInFits extends OwnKindTest.Plain {
    @Override
    public NDArray evaluate(Map<String, NDArray> w, NDArray x) {
      if (Thread.currentThread().getName().startsWith("fit-")) {
        throw new IllegalStateException("no luck");
      }
      return super.evaluate(w, x);
    }
  }

  @Test
  void whatGoesWrongInAFitIsToldAsItIsInline() {
    SmallProject project = SmallProject.bert(folder.resolve("project"));
    String adapter = "adapter={kind: '" + WrongInFits.class.getName() + "'}";
    Failure failure = project.complaint(adapter, STALE);
    assertEquals(Failure.Kind.USER, failure.kind());
    assertTrue(failure.message().startsWith("evaluate of the adapter kind"), failure::message);
    assertTrue(failure.message().contains("no luck"), failure::message);
    project.finetune(adapter, "training.epochs=1", "offload=inline"); // the thread is another one
  }

  @Test
  void aGpuThatIsAbsentIsToldBeforeAnythingIsWritten() {
    SmallProject project = SmallProject.bert(folder.resolve("project"));
    Failure failure = project.complaint("offload={to: \"cuda:7\"}");
    assertTrue(failure.message().startsWith("offload.to: cuda:7 is asked for"), failure::message);
    assertEquals(Failure.Kind.USER, failure.kind());
    assertTrue(failure.details().contains("else write offload.to: cpu"), failure::toString);
    assertEquals(Map.of(), SmallProject.digests(project.output()));
  }
}
