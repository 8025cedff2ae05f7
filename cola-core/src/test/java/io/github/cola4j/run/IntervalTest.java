package io.github.cola4j.run;

import static io.github.cola4j.run.Owned.assertSameAdapter;
import static io.github.cola4j.run.Owned.assertSameLosses;
import static io.github.cola4j.run.Owned.losses;
import static io.github.cola4j.run.Owned.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.data.EpochOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An adaptation interval of four batches of 8 does what one batch of 32 does. The 44 rows make an
 * interval of 8, 8, 8, 8 and a short one of 8, 4 in each epoch.
 */
class IntervalTest {
  private static final double TOLERANCE = 1e-5;
  private static final int ROWS = 44;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: sgd, lr: 0.05} | {r: 4, lora_alpha: 8}",
        "{name: adamw, lr: 1e-2} | {r: 4, lora_alpha: 8}",
        "{name: adamw, lr: 1e-2} | {kind: mlp, hidden_sizes: [8]}",
      })
  void ofClassifiedRows(String optimizer, String adapter) {
    assertIntervalIsABatch(
        SmallProject.bert(folder.resolve("interval")),
        SmallProject.bert(folder.resolve("batch")),
        "data.validation=",
        "adapter=" + adapter,
        "training.optimizer=" + optimizer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt2 | {name: sgd, lr: 0.05}",
        "gpt2 | {name: adamw, lr: 1e-2}",
        "llama | {name: adamw, lr: 1e-2}"
      })
  void ofResponsesOfOtherLengths(String architecture, String optimizer) {
    SmallProject interval = Owned.causal(folder.resolve("interval"), architecture);
    Set<Integer> lengths = new HashSet<>();
    interval.read("train.tsv").lines().forEach(row -> lengths.add(row.split("\t")[1].length()));
    assertTrue(lengths.size() > 3, "batches have the same labelled tokens");
    assertIntervalIsABatch(
        interval,
        Owned.causal(folder.resolve("batch"), architecture),
        "training.optimizer=" + optimizer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alone | batch | sgd, lr: 0.05",
        "alone | user | sgd, lr: 0.05",
        "alone | user | adamw, lr: 1e-2",
        "collaboration | batch | adamw, lr: 1e-2",
        "collaboration | user | sgd, lr: 0.05",
        "joint | batch | adamw, lr: 1e-2"
      })
  void ofUsersWhoHaveRowsInSomeBatchesOnly(String mode, String normalization, String optimizer) {
    String[] owners = new String[ROWS];
    Arrays.fill(owners, "ann");
    for (int row : someRows()) {
      owners[row] = "bob";
    }
    assertIntervalIsABatch(
        Owned.causal(folder.resolve("interval"), "gpt2", owners),
        Owned.causal(folder.resolve("batch"), "gpt2", owners),
        "training.optimizer={name: " + optimizer + "}",
        "users={mode: %s, column: owner, loss_normalization: %s}".formatted(mode, normalization));
  }

  /** Rows of the first and the third batch of the first epoch, and of the short interval. */
  private static List<Integer> someRows() {
    int[] order = EpochOrder.of(7, 0, ROWS);
    return List.of(order[1], order[6], order[17], order[20], order[21], order[43]);
  }

  private static void assertIntervalIsABatch(
      SmallProject interval, SmallProject batch, String... run) {
    String[] exact = with(run, "training.base_dropout=false", "training.epochs=3");
    interval.finetune(with(exact, "training.batch_size=8", "gradient_learning.interval=4"));
    batch.finetune(with(exact, "training.batch_size=32"));
    assertEquals(6, losses(interval).size());
    assertSameLosses(batch, interval, TOLERANCE);
    Set<String> adapters = new HashSet<>();
    for (String file : Owned.results(batch).keySet()) {
      if (file.endsWith("adapter_model.safetensors")) {
        adapters.add(file.substring(0, file.lastIndexOf('/')));
      }
    }
    assertEquals(Owned.results(batch).keySet(), Owned.results(interval).keySet());
    adapters.forEach(adapter -> assertSameAdapter(batch, interval, adapter, TOLERANCE));
  }
}
