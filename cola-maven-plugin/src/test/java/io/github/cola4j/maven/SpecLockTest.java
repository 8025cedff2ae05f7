package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build keeps the lock beside a spec, or is held to it, and says what it does. */
class SpecLockTest {
  private static final String CODE = "c0".repeat(32);
  private static final String DIGEST = "3f".repeat(32);
  private static final String OTHER = "4f".repeat(32);

  @TempDir Path folder;
  private Path lock;
  private final List<String> told = new ArrayList<>();

  @BeforeEach
  void aFinishedRun() throws IOException {
    lock = folder.resolve("cola.lock");
    Files.createDirectories(folder.resolve("base"));
    Files.writeString(folder.resolve("train.tsv"), "text\tlabel\n");
    Files.writeString(
        folder.resolve("cola.yaml"),
        "base: base\ndata: {train: {file: train.tsv, text: text}}\noutput: run\n");
    Files.createDirectories(folder.resolve("run"));
    inputs("one", DIGEST);
    summary(DIGEST, "0.8");
  }

  private void inputs(String processor, String train) throws IOException {
    Files.writeString(
        folder.resolve("run/inputs.json"),
        """
        {"base": "%s", "data.train": "%s", "cola": "1.0", "code": "%s", "device": "cpu",
         "threads": "1", "processor": "%s", "spec_folder": ".."}
        """
            .formatted(DIGEST, train, CODE, processor));
  }

  private void summary(String digest, String accuracy) throws IOException {
    Files.writeString(
        folder.resolve("run/summary.json"),
        """
        {"kept_step": 3, "metrics": {"accuracy": %s},
         "results": {"adapter/adapter_model.safetensors": "%s"}}
        """
            .formatted(accuracy, digest));
  }

  private SpecLock specLock(boolean locked, Map<String, String> overrides) {
    told.clear();
    RunSpec spec = RunSpec.read(folder.resolve("cola.yaml"), overrides);
    return new SpecLock(new AskedRun(spec, overrides), locked, log());
  }

  private Log log() {
    return new SystemStreamLog() {
      @Override
      public void info(CharSequence line) {
        told.add("info: " + line);
      }

      @Override
      public void warn(CharSequence line) {
        told.add("warn: " + line);
      }
    };
  }

  private List<String> kept() throws MojoExecutionException, MojoFailureException {
    specLock(false, Map.of()).ofFinishedRun();
    return told;
  }

  private List<String> held() throws MojoExecutionException, MojoFailureException {
    specLock(true, Map.of()).ofFinishedRun();
    return told;
  }

  private String refused() {
    AbstractMojoExecutionException refusal = assertThrows(MojoFailureException.class, this::held);
    return refusal.getMessage();
  }

  @Test
  void aBuildKeepsTheLock() throws Exception {
    assertEquals(
        List.of("info: Wrote cola.lock; commit it, and -Dcola.locked=true holds a build to it"),
        kept());
    assertEquals(List.of(), kept());

    inputs("another", DIGEST);
    summary(OTHER, "0.801");
    String before = Files.readString(lock);
    assertEquals(List.of(), kept());
    summary(OTHER, "0.7");
    assertEquals(
        List.of(
            "info: cola.lock was made on another platform (processor: was one, is another)",
            "warn: Metrics are further from cola.lock than it tolerates:",
            "warn:   accuracy: was 0.8, is 0.7; the tolerance is 0.01"),
        kept());
    assertEquals(before, Files.readString(lock));

    inputs("one", DIGEST);
    assertEquals(
        List.of(
            "warn: Rewrote cola.lock: the same inputs on the same platform gave other bytes:",
            "warn:   adapter/adapter_model.safetensors: was " + DIGEST + ", is " + OTHER),
        kept());
    inputs("another", OTHER);
    assertEquals(
        List.of(
            "info: Rewrote cola.lock, since something else went in:",
            "info:   the content of data.train: was " + DIGEST + ", is " + OTHER),
        kept());
    assertEquals(List.of("info: The same bytes as in cola.lock"), held());
  }

  @Test
  void aBuildIsHeldToTheLock() throws Exception {
    assertEquals(
        "There is no cola.lock beside cola.yaml, perhaps you should run cola:finetune without"
            + " cola.locked and commit the new cola.lock",
        refused());
    assertFalse(Files.exists(lock));
    kept();
    summary(OTHER, "0.8");
    assertEquals(
        "run has other bytes than cola.lock says, though the same went in on the same platform,"
            + " perhaps you should look into what it left there, or run cola:finetune without"
            + " cola.locked and commit the new cola.lock:\n"
            + "  adapter/adapter_model.safetensors: was %s, is %s".formatted(DIGEST, OTHER),
        refused());
    inputs("another", DIGEST);
    assertEquals(
        List.of(
            "info: cola.lock was made on another platform (processor: was one, is another)",
            "info: Metrics agree with cola.lock, within its tolerance"),
        held());
    summary(OTHER, "0.78");
    assertTrue(
        refused().startsWith("run is further from cola.lock than it tolerates on another platform"),
        refused());
    assertTrue(
        refused().endsWith("\n  accuracy: was 0.8, is 0.78; the tolerance is 0.01"), refused());
    inputs("one", OTHER);
    assertEquals(
        "What goes into run is not what cola.lock says, perhaps you should restore it, or run"
            + " cola:finetune without cola.locked and commit the new cola.lock:\n"
            + "  the content of data.train: was %s, is %s".formatted(DIGEST, OTHER),
        refused());
  }

  @Test
  void withoutMetricsAnotherPlatformIsWarnedOf() throws Exception {
    Files.writeString(
        folder.resolve("run/summary.json"), "{\"metrics\": {}, \"results\": {\"a\": \"3f\"}}");
    kept();
    inputs("another", DIGEST);
    assertTrue(held().get(1).startsWith("warn: There are no metrics to compare"), "" + told);
  }

  @Test
  void overridesNeverReachTheLock() throws Exception {
    Map<String, String> overrides = Map.of("training.seed", "3");
    specLock(false, overrides).ofFinishedRun();
    assertEquals(List.of(), told);
    assertFalse(Files.exists(lock));
    kept();
    String before = Files.readString(lock);
    specLock(false, overrides).ofFinishedRun();
    assertEquals(List.of("info: cola.lock is left as it is, since the run has overrides"), told);
    assertEquals(before, Files.readString(lock));
    SpecLock held = specLock(true, overrides);
    String refusal = assertThrows(MojoFailureException.class, held::ofFinishedRun).getMessage();
    assertTrue(refusal.endsWith(":\n  training.seed: was 42, is 3"), refusal);
  }

  @Test
  void aLockThatCannotBeReadStopsABuildBeforeItTrains() throws IOException {
    Files.writeString(lock, "{\n  \"lock_version\": 1,,\n}\n");
    for (boolean locked : List.of(true, false)) {
      SpecLock specLock = specLock(locked, Map.of());
      String refusal =
          assertThrows(MojoFailureException.class, () -> specLock.beforeTraining(CODE))
              .getMessage();
      assertTrue(refusal.startsWith("cola.lock:2: is not JSON ("), refusal);
    }
  }

  @Test
  void aLockThatCannotBeWrittenIsOnlyWarnedOf() throws Exception {
    // Longer than a file's name may be, with what is added while it is written; an administrator
    // could write into any folder.
    Path spec = folder.resolve("c".repeat(248) + ".yaml");
    Files.move(folder.resolve("cola.yaml"), spec);
    Files.move(folder.resolve("run"), folder.resolve("runs"));
    RunSpec read = RunSpec.read(spec, Map.of("output", "runs"));
    told.clear();
    new SpecLock(new AskedRun(read, Map.of()), false, log()).ofFinishedRun();
    assertEquals(1, told.size());
    assertTrue(told.get(0).matches("warn: c+\\.lock cannot be written: .*"), told.get(0));
  }
}
