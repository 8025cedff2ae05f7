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
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps of users on a few made-up rows. */
class UsersJobTest {
  private static final int BYTES_OF_FLOAT = 4;

  @TempDir Path folder;

  @BeforeEach
  void writeBaseAndRows() throws IOException {
    RandomBase.write(folder, Tiny.roberta(), ElementType.F32, 0, RandomBase.ONE_FILE);
    WordTokenizer.write(folder, 97);
    String text =
        IntStream.range(0, 24)
            .mapToObj(i -> "w5 ".repeat(i % 3) + (i % 2 == 0 ? "w7" : "w8") + "\t" + i % 2 + "\n")
            .collect(Collectors.joining("", "sentence\tlabel\n", ""));
    Files.writeString(folder.resolve("train.tsv"), text);
    Files.writeString(folder.resolve("test.tsv"), text);
  }

  private ObjectNode train(int users, String mode, boolean merged) throws Exception {
    UsersSettings settings =
        new UsersSettings(
            folder.toString(),
            new TextTable(
                folder.resolve("train.tsv").toString(),
                folder.resolve("test.tsv").toString(),
                List.of("sentence"),
                "label"),
            users,
            mode,
            merged,
            6,
            3,
            1,
            4,
            List.of("query", "value"),
            1,
            0,
            "cpu",
            merged);
    return new UsersJob()
        .run(new JobContext(Forked.JSON.valueToTree(settings), event -> {}, StopSignal.NEVER))
        .value();
  }

  @Test
  void everyUserHasAnAdapterAndAnOptimizer() throws Exception {
    ObjectNode one = train(1, "alone", false);
    ObjectNode four = train(4, "alone", false);
    assertEquals(4 * one.path("trainable").asLong(), four.path("trainable").asLong());
    double mebi = four.path("trainable").asLong() * BYTES_OF_FLOAT / (double) (1 << 20);
    assertEquals(mebi, four.path("adapters_mb").asDouble(), 0.05);
    assertEquals(2 * mebi, four.path("optimizers_mb").asDouble(), 0.05); // AdamW's two moments
    assertEquals(3, four.path("steps").asInt());
    assertTrue(four.path("server_ms").asDouble() > 0, four.toString());
    assertTrue(four.path("fit_ms").asDouble() > 0, four.toString());
  }

  @Test
  void jointlyThereIsOneAdapterWhateverTheNumber() throws Exception {
    assertEquals(
        train(1, "joint", true).path("trainable"), train(4, "joint", true).path("trainable"));
  }

  @Test
  void oneUserIsTheSameInEachMode() throws Exception {
    double joint = train(1, "joint", false).path("loss").asDouble();
    assertEquals(joint, train(1, "alone", false).path("loss").asDouble(), 1e-4);
    assertEquals(joint, train(1, "collaboration", true).path("loss").asDouble(), 1e-4);
  }

  @Test
  void mergedCollaborationLosesTheSame() throws Exception {
    assertEquals(
        train(4, "collaboration", false).path("loss").asDouble(),
        train(4, "collaboration", true).path("loss").asDouble(),
        1e-4);
  }
}
