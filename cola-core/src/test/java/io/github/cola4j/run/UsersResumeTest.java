package io.github.cola4j.run;

import static io.github.cola4j.run.Owned.losses;
import static io.github.cola4j.run.Owned.results;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of several users ends with the same bytes of every adapter, however it is interrupted. */
class UsersResumeTest {
  private static final String[] COLLABORATION = {
    "users={mode: collaboration, column: owner, list: "
        + "{ann: {}, bob: {adapter: {kind: linear}, joins: 2}, cyd: {adapter: {r: 2}, leaves: 3}}}",
    "gradient_learning={merged: true, interval: 2}",
    "training.epochs=4"
  };
  private static final String[] ALONE = {
    "users={mode: alone, column: owner, loss_normalization: user, list: "
        + "{ann: {adapter: {lora_dropout: 0.2}}, bob: {adapter: {kind: linear}}, "
        + "cyd: {adapter: {kind: mlp, hidden_sizes: [8]}}}}",
    "gradient_learning.fit_steps=2",
    "evaluation.every=4",
    "training.epochs=4"
  };

  @TempDir Path folder;

  private SmallProject project(String name) {
    SmallProject project = Owned.bert(folder.resolve(name), "ann", "bob", "cyd", "ann", "bob");
    project.write(
        "validation.tsv", Owned.turns(project.read("validation.tsv"), "ann", "bob", "cyd"));
    return project;
  }

  @Test
  void stoppedCollaboration() {
    assertStoppingChangesNothing(7, COLLABORATION);
  }

  @Test
  void stoppedAlone() {
    assertStoppingChangesNothing(11, ALONE);
  }

  @Test
  void killedCollaboration() throws Exception {
    assertKillingChangesNothing(4, COLLABORATION);
  }

  @Test
  void killedAlone() throws Exception {
    assertKillingChangesNothing(5, ALONE);
  }

  private void assertStoppingChangesNothing(int every, String... run) {
    SmallProject straight = project("straight");
    straight.finetune(run);
    SmallProject stopped = project("stopped");
    int stops = stopped.finetuneStopping(every, run);
    assertTrue(stops >= 2, "stopped " + stops + " times");
    assertSame(straight, stopped);
  }

  private void assertKillingChangesNothing(long seed, String... run) throws Exception {
    SmallProject straight = project("straight");
    straight.finetune(run);
    SmallProject killed = project("killed");
    Kills kills = new Kills(seed);
    kills.finish(killed, 2, run);
    assertTrue(kills.done() > 0, "never killed");
    assertSame(straight, killed);
    assertEquals(straight.steps(), killed.steps());
  }

  private static void assertSame(SmallProject straight, SmallProject other) {
    assertEquals(results(straight), results(other));
    assertEquals(losses(straight), losses(other));
    assertNotEquals(
        results(straight).get("users/ann/adapter/adapter_model.safetensors"),
        results(straight).get("users/bob/adapter/adapter_model.safetensors"));
    assertEquals(
        straight.json("run/summary.json").get("users"),
        other.json("run/summary.json").get("users"));
    assertEquals(
        straight.json("run/summary.json").get("metrics"),
        other.json("run/summary.json").get("metrics"));
  }
}
