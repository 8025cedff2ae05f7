package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.PeftAdapter;
import io.github.cola4j.checkpoint.PeftConfig;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.worker.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** 64 owners of rows in one run, as a user has it: a column says who they are. */
class ManyUsersTest {
  private static final int USERS = 64;
  private static final int ROWS_OF_EACH = 3;
  private static final int EPOCHS = 2;
  private static final int BATCH = 16;

  @TempDir Path folder;

  private SmallProject project(String mode, boolean merged) {
    SmallProject project = SmallProject.bert(folder);
    List<String> lines = SmallProject.rows(USERS * ROWS_OF_EACH, 3).lines().toList();
    StringBuilder table = new StringBuilder(lines.get(0)).append("\towner\n");
    IntStream.range(1, lines.size())
        .forEach(
            row ->
                table.append(lines.get(row)).append('\t').append(name(row % USERS)).append('\n'));
    project.write("train.tsv", table.toString());
    project.write(
        "cola.yaml",
        SmallProject.SPEC.replace("batch_size: 4", "batch_size: " + BATCH)
            + """
            users: {mode: %s, column: owner}
            gradient_learning: {merged: %s}
            """
                .formatted(mode, merged));
    return project;
  }

  private static String name(int user) {
    return "user%02d".formatted(user);
  }

  @ParameterizedTest
  @CsvSource({"collaboration, true", "collaboration, false", "alone, false"})
  void eachOfThemLearnsAndIsExported(String mode, boolean merged) {
    SmallProject project = project(mode, merged);
    project.finetune();

    JsonNode users = project.json("run/summary.json").path("users");
    assertEquals(USERS, users.size());
    List<String> names = IntStream.range(0, USERS).mapToObj(ManyUsersTest::name).toList();
    assertEquals(names, FinishedRun.open(project.output()).users());
    Set<String> bytes = new HashSet<>();
    for (String name : names) {
      JsonNode user = users.path(name);
      assertEquals(ROWS_OF_EACH, user.path("training_rows").asInt(), name);
      long fits = user.path("fits").asLong(); // rows of one batch make one fit
      assertTrue(fits >= EPOCHS && fits <= EPOCHS * ROWS_OF_EACH, () -> name + ": " + fits);
      Path adapter = project.output().resolve("users").resolve(name).resolve("adapter");
      PeftAdapter stored = PeftFolder.read(adapter);
      assertEquals(PeftConfig.PeftType.LORA, stored.config().peftType(), name);
      bytes.addAll(SmallProject.digests(adapter).values());
    }
    assertEquals(USERS + 1, bytes.size(), "weights of each one's own, and one configuration");
    assertEquals(
        mode.equals("collaboration"), Files.isDirectory(project.output().resolve("adapter")));
  }

  @Test
  void mergedAndUnmergedCollaborationLoseTheSame() {
    SmallProject project = project("collaboration", true);
    project.finetune("training.base_dropout=false");
    List<Double> merged = losses(project);
    project.finetune(
        event -> {},
        StopSignal.NEVER,
        true,
        "training.base_dropout=false",
        "gradient_learning.merged=false");
    List<Double> unmerged = losses(project);
    assertEquals(EPOCHS * USERS * ROWS_OF_EACH / BATCH, merged.size());
    IntStream.range(0, merged.size())
        .forEach(step -> assertEquals(unmerged.get(step), merged.get(step), 1e-5, "step " + step));
  }

  private static List<Double> losses(SmallProject project) {
    return project.metrics("step_done").stream().map(step -> step.get("loss").asDouble()).toList();
  }
}
