package io.github.cola4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.worker.WorkerCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Sides in turn; a shell's {@code echo} stands for what measures. */
@EnabledOnOs(
    value = {OS.LINUX, OS.MAC},
    disabledReason = "command lines are read by sh")
class PairsCommandTest {
  private static final long PATIENCE = 60;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int pairs(String... args) {
    List<String> all = new ArrayList<>(List.of("pairs"));
    all.addAll(List.of(args));
    return Bench.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all.toArray(String[]::new));
  }

  private List<JsonNode> lines() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      lines.add(Forked.JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void sidesTakeTurnsAndAreComparedPairByPair() throws Exception {
    Path turns = folder.resolve("turns");
    int exit =
        pairs(
            "--pairs",
            "3",
            "--name",
            "echoes",
            "--a",
            "printf A >> '" + turns + "'; echo \"{\\\"ms\\\": $((PAIR * PAIR)), \\\"mb\\\": 8}\"",
            "--b",
            "printf B >> '" + turns + "'; echo chatter; echo '{\"ms\": 2, \"total_mb\": 4}'",
            "--keys",
            "ms",
            "mb:total_mb",
            "--at-most",
            "ms=1.9",
            "mb:total_mb=2");
    assertEquals(0, exit, err.toString());
    assertEquals("ABABAB", Files.readString(turns));
    List<JsonNode> lines = lines();
    assertEquals(7, lines.size());
    assertEquals("a", lines.get(2).path("side").asText());
    assertEquals(2, lines.get(2).path("pair").asInt());
    assertEquals(4, lines.get(2).path("ms").asInt());
    assertEquals("b", lines.get(3).path("side").asText());
    JsonNode summary = lines.get(6);
    assertEquals("echoes", summary.path("summary").asText());
    assertEquals(3, summary.path("pairs").asInt());
    assertTrue(summary.path("machine").path("cores").asInt() > 0, summary.toString());
    JsonNode ms = summary.path("comparisons").get(0);
    assertEquals("[0.5,2.0,4.5]", ms.path("together").toString());
    assertEquals(2, ms.path("median").asDouble());
    assertEquals(0.5, ms.path("min").asDouble());
    assertEquals(4.5, ms.path("max").asDouble());
    assertFalse(ms.path("reached").asBoolean(true));
    assertTrue(summary.path("comparisons").get(1).path("reached").asBoolean(false));
    assertTrue(err.toString().contains("b| chatter"), err.toString());
    assertTrue(err.toString().contains("median 2, min 0.5, max 4.5"), err.toString());
  }

  @Test
  void differencesAreJudgedByTheirMeanAndValuesAlone() throws Exception {
    int exit =
        pairs(
            "--pairs",
            "3",
            "--a",
            "echo \"{\\\"accuracy\\\": $((PAIR * PAIR)), \\\"start_ms\\\": $PAIR}\"",
            "--b",
            "echo '{\"accuracy\": 1}'",
            "--differences",
            "accuracy",
            "--values",
            "start_ms",
            "--at-least",
            "accuracy=3.5");
    assertEquals(0, exit, err.toString());
    JsonNode comparisons = lines().get(6).path("comparisons");
    assertEquals("[0.0,3.0,8.0]", comparisons.get(0).path("together").toString());
    assertTrue(comparisons.get(0).path("reached").asBoolean(), "the mean is 11/3, the median 3");
    assertEquals(2, comparisons.get(1).path("median").asDouble());
    assertEquals("[]", comparisons.get(1).path("b").toString());
  }

  @Test
  void valuesNeedNoOtherSide() throws Exception {
    assertEquals(
        0, pairs("--pairs", "2", "--a", "echo '{\"start_ms\": 7}'", "--values", "start_ms"));
    assertEquals(3, lines().size());
    assertEquals(7, lines().get(2).path("comparisons").get(0).path("median").asDouble());
  }

  @Test
  void bothSidesSpinAsWorkersDo() throws Exception {
    String echo = "echo \"{\\\"spins\\\": ${GOMP_SPINCOUNT}}\"";
    assertEquals(0, pairs("--pairs", "1", "--a", echo, "--b", echo, "--keys", "spins"));
    String spins =
        System.getenv()
            .getOrDefault(
                "GOMP_SPINCOUNT", WorkerCommand.DEFAULT_ENVIRONMENT.get("GOMP_SPINCOUNT"));
    assertEquals(spins, lines().get(0).path("spins").asText());
    assertEquals(spins, lines().get(1).path("spins").asText());
  }

  @Test
  void aSideThatFailsEndsAllWithWhatItSaidLast() {
    int exit =
        pairs(
            "--a",
            "echo '{\"ms\": 1}'",
            "--b",
            "echo no such model >&2; exit 3",
            "--keys",
            "ms",
            "--pairs",
            "4");
    assertEquals(1, exit);
    assertTrue(
        err.toString().contains("pair 1, side b ended with status 3; it said last:"),
        err.toString());
    assertTrue(err.toString().endsWith("no such model" + System.lineSeparator()), err.toString());
    assertEquals(1, out.toString().lines().count());
  }

  @Test
  void aSideHasToPrintWhatIsCompared() {
    assertEquals(1, pairs("--a", "echo '{\"s\": 1}'", "--b", "exit 9", "--keys", "ms"));
    assertTrue(err.toString().contains("side a has no number ms"), err.toString());
    assertEquals(1, pairs("--a", "echo nothing", "--values", "ms"));
    assertTrue(err.toString().contains("pair 1, side a printed no line of JSON"), err.toString());
    String none = "echo '{\"ms\": 0}'";
    assertEquals(1, pairs("--a", none, "--b", none, "--keys", "ms"));
    assertTrue(err.toString().contains("side b says that ms is 0"), err.toString());
  }

  @Test
  @Timeout(PATIENCE)
  void whatRunsEndsWithIt() throws Exception {
    Path started = folder.resolve("started");
    Path ended = folder.resolve("ended");
    // A shell in the shell: not our own child, but its.
    Path script = folder.resolve("child.sh");
    Files.writeString(
        script,
        "trap 'touch \"%s\"; exit' TERM; touch '%s'; sleep 600 & wait".formatted(ended, started));
    Process command =
        new ProcessBuilder(
                WorkerCommand.currentJava().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Bench.class.getName(),
                "pairs",
                "--a",
                "sh '%s' & wait".formatted(script),
                "--values",
                "ms")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      while (!Files.exists(started)) {
        assertTrue(command.isAlive(), this::log);
        Thread.sleep(20);
      }
      command.destroy();
      while (!Files.exists(ended)) {
        Thread.sleep(20);
      }
      assertTrue(command.waitFor(PATIENCE, TimeUnit.SECONDS));
    } finally {
      command.destroyForcibly();
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
