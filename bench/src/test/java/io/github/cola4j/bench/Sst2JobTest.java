package io.github.cola4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Epochs on a few made-up rows, with the keys of the script's line. */
class Sst2JobTest {
  /** What {@code peft_sst2.py} prints. */
  static final Set<String> SCRIPT_KEYS =
      Set.of(
          "method",
          "train_s",
          "eval_s",
          "rows_per_s",
          "accuracy",
          "loss",
          "padded_share",
          "group_by_length",
          "rows",
          "batch",
          "threads",
          "peak_rss_mb",
          "torch");

  @TempDir Path folder;

  @BeforeEach
  void writeBaseAndRows() throws IOException {
    RandomBase.write(folder, Tiny.roberta(), ElementType.F32, 0, RandomBase.ONE_FILE);
    WordTokenizer.write(folder, 97);
    // Row i has 1 + i % 3 words, the last of which tells its class.
    List<String> rows =
        IntStream.range(0, 24)
            .mapToObj(i -> "w5 ".repeat(i % 3) + (i % 2 == 0 ? "w7" : "w8") + "\t" + i % 2)
            .toList();
    String text = "sentence\tlabel\n" + String.join("\n", rows) + "\n";
    Files.writeString(folder.resolve("train.tsv"), text);
    Files.writeString(folder.resolve("test.tsv"), text);
  }

  private TextTable table(String... text) {
    return new TextTable(
        folder.resolve("train.tsv").toString(),
        folder.resolve("test.tsv").toString(),
        List.of(text),
        "label");
  }

  private ObjectNode train(int rows, int epochs, String order) throws Exception {
    return train(table("sentence"), rows, epochs, order);
  }

  private ObjectNode train(TextTable table, int rows, int epochs, String order) throws Exception {
    Sst2Settings settings =
        new Sst2Settings(
            folder.toString(),
            table,
            rows,
            epochs,
            6,
            3e-2,
            4,
            List.of("query", "value"),
            1,
            0,
            "cpu",
            false,
            order);
    return new Sst2Job()
        .run(new JobContext(Forked.JSON.valueToTree(settings), event -> {}, StopSignal.NEVER))
        .value();
  }

  @Test
  void theLineHasTheKeysOfTheScript() throws Exception {
    ObjectNode result = train(18, 2, null);
    SCRIPT_KEYS.forEach(key -> assertTrue(result.has(key), key + " is missing: " + result));
    assertEquals(18, result.path("rows").asInt());
    assertEquals("cola-low-rank", result.path("method").asText());
  }

  @Test
  void itLearns() throws Exception {
    assertEquals(1, train(24, 20, null).path("accuracy").asDouble());
  }

  @Test
  void anOrderSaysWhatIsTrainedOn() throws Exception {
    Path order = folder.resolve("order.txt");
    Files.writeString(order, "0 1 2\n3 4\n");
    ObjectNode result = train(24, 1, order.toString());
    // Of lengths 1, 2, 3 and 1, 2: 9 tokens, padded to 3 * 3 and 2 * 2.
    assertEquals(1 - 9 / 13.0, result.path("padded_share").asDouble(), 5e-4);
  }

  @Test
  void memoryIsToldEpochByEpoch() throws Exception {
    ObjectNode result = train(24, 3, null);
    assertEquals(3, result.path("rss_mb_by_epoch").size());
    assertTrue(result.path("start_ms").asLong() > 0, result.toString());
    double share = result.path("gc_share").asDouble(-1);
    assertTrue(share >= 0 && share < 1, result.toString());
  }

  @Test
  void aRowMayBeAPairOfTexts() throws Exception {
    // As MRPC is written: a mark before the first name, quotes that are letters.
    List<String> rows =
        IntStream.range(0, 24)
            .mapToObj(i -> i % 2 + "\tw5 \"w6\tw5 " + (i % 2 == 0 ? "w7" : "w8"))
            .toList();
    Files.writeString(
        folder.resolve("train.tsv"), "\uFEFFQuality\t#1\t#2\n" + String.join("\n", rows) + "\n");
    Files.copy(
        folder.resolve("train.tsv"),
        folder.resolve("test.tsv"),
        StandardCopyOption.REPLACE_EXISTING);
    TextTable pairs =
        new TextTable(
            folder.resolve("train.tsv").toString(),
            folder.resolve("test.tsv").toString(),
            List.of("#1", "#2"),
            "Quality");
    assertEquals(1, train(pairs, 24, 20, null).path("accuracy").asDouble());
  }
}
