package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.lock.Lock;
import io.github.cola4j.lock.LockFile;
import io.github.cola4j.lock.Verdict;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves is enough for its lock. */
class RunLockTest {
  private static final String CODE = "c0de";

  @TempDir Path folder;
  private SmallProject project;

  @BeforeEach
  void project() {
    project = SmallProject.bert(folder);
  }

  private RunSpec spec() {
    return RunSpec.read(folder.resolve("cola.yaml"), Map.of("training.epochs", "1"));
  }

  @Test
  void aFinishedRunTellsAllThatWentInAndCameOut() throws IOException {
    Finetuning.run(spec(), CODE, false, event -> {}, StopSignal.NEVER);
    Lock lock = RunLock.of(spec());
    assertEquals(List.of(), RunLock.asked(spec(), CODE).differences(lock.wentIn()));
    assertEquals(lock.wentIn(), RunLock.asked(spec(), CODE));
    assertEquals(
        Set.of("base", "data.train", "data.validation"), lock.wentIn().contents().keySet());
    assertEquals(CODE, lock.wentIn().code());
    assertEquals("1", lock.wentIn().spec().get("training.epochs"));
    assertEquals("cpu", lock.platform().values().get("device"));
    assertEquals("1", lock.platform().values().get("threads"));
    assertTrue(lock.platform().values().containsKey("system"));
    assertEquals(RunFolder.results(project.output()), lock.cameOut().files());
    assertEquals(
        project.json("run/summary.json").path("kept_step").asLong(), lock.cameOut().keptStep());
    assertTrue(lock.cameOut().metrics().containsKey("accuracy"));

    Path file = LockFile.of(folder.resolve("cola.yaml"));
    LockFile.write(file, lock);
    assertEquals(Optional.of(lock), LockFile.read(file));
    assertFalse(Files.readString(file).contains(folder.toString()));

    project.write("train.tsv", SmallProject.rows(44, 9));
    List<String> changes = RunLock.asked(spec(), CODE).differences(lock.wentIn());
    assertEquals(1, changes.size());
    assertTrue(changes.get(0).startsWith("the content of data.train: was "), changes.get(0));
  }

  @Test
  void aRunThatWentOnOnAnotherProcessorIsOfNoOnePlatform() {
    AtomicInteger asked = new AtomicInteger();
    Finetuning.run(spec(), CODE, false, event -> {}, () -> asked.incrementAndGet() > 5);
    assertInstanceOf(Standing.Unfinished.class, Standing.of(spec(), CODE));
    ObjectNode inputs = (ObjectNode) project.json("run/inputs.json");
    String here = inputs.path("system").asText();
    project.write("run/inputs.json", inputs.put("system", "other-os").toString());
    Finetuning.run(spec(), CODE, false, event -> {}, StopSignal.NEVER);

    Lock moved = RunLock.of(spec());
    assertEquals("other-os, then " + here, moved.platform().values().get("system"));
    Finetuning.run(spec(), CODE, true, event -> {}, StopSignal.NEVER);
    assertInstanceOf(Verdict.Agrees.class, moved.judge(RunLock.of(spec())));
  }
}
