package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users who learn alone end with adapters of different epochs, each with the best by their own
 * rows.
 */
class OwnBestTest {
  private static final int EPOCHS = 5;

  /** All learn that the score is 3, from about 1; their own validation has other scores. */
  private static final Map<String, String> MEASURED = Map.of("ann", "3", "bob", "-3", "cyd", "1.5");

  private static final String[] RUN = {
    "task=sequence-regression",
    "evaluation.metric=mse",
    "training.base_dropout=false",
    "training.optimizer={name: sgd, lr: 2e-4}",
    "training.schedule={name: constant}", // so that a shorter run is the beginning of a longer one
    "users={mode: alone, column: owner, list: {ann: {}, bob: {adapter: {kind: linear}}, cyd: {adapter: {r: 2}}}}"
  };

  @TempDir Path folder;

  private SmallProject project(String name) {
    SmallProject project = SmallProject.bareBert(folder.resolve(name));
    String train = Owned.turns(project.read("train.tsv"), "ann", "bob", "cyd");
    project.write("train.tsv", train.replaceAll("\t[01]\t", "\t3\t"));
    String validation = Owned.turns(project.read("validation.tsv"), "ann", "bob", "cyd");
    for (Map.Entry<String, String> user : MEASURED.entrySet()) {
      validation =
          validation.replaceAll(
              "\t[01]\t" + user.getKey(), "\t" + user.getValue() + "\t" + user.getKey());
    }
    project.write("validation.tsv", validation);
    return project;
  }

  @Test
  void eachUserEndsWithTheirOwnBest() {
    Map<String, Integer> best = new LinkedHashMap<>();
    Map<String, Double> least = new LinkedHashMap<>();
    Map<String, Map<String, String>> adapters = new LinkedHashMap<>();
    for (int epochs = 1; epochs <= EPOCHS; epochs++) {
      SmallProject project = project("until-" + epochs);
      project.finetune(Owned.with(RUN, "evaluation.keep=last", "training.epochs=" + epochs));
      JsonNode users = project.json("run/summary.json").get("users");
      for (String user : MEASURED.keySet()) {
        double error = users.get(user).get("metrics").get("mse").asDouble();
        assertFalse(users.get(user).has("kept_step"), "the last is kept");
        if (!least.containsKey(user) || error < least.get(user)) {
          best.put(user, epochs);
          least.put(user, error);
          adapters.put(user, Owned.digests(project, "users/" + user + "/adapter"));
        }
      }
    }
    assertEquals(EPOCHS, best.get("ann"));
    assertEquals(1, best.get("bob"));
    assertTrue(1 < best.get("cyd") && best.get("cyd") < EPOCHS, best::toString);

    SmallProject straight = project("straight");
    straight.finetune(Owned.with(RUN, "training.epochs=" + EPOCHS));
    assertKept(straight, best, least, adapters);

    SmallProject stopped = project("stopped");
    int stops = stopped.finetuneStopping(8, Owned.with(RUN, "training.epochs=" + EPOCHS));
    assertEquals(EPOCHS * SmallProject.STEPS_PER_EPOCH / 8, stops);
    assertKept(stopped, best, least, adapters);
    assertEquals(Owned.results(straight), Owned.results(stopped));
  }

  private static void assertKept(
      SmallProject project,
      Map<String, Integer> best,
      Map<String, Double> least,
      Map<String, Map<String, String>> adapters) {
    JsonNode users = project.json("run/summary.json").get("users");
    for (String user : List.of("ann", "bob", "cyd")) {
      assertEquals(
          best.get(user) * SmallProject.STEPS_PER_EPOCH,
          users.get(user).get("kept_step").asInt(),
          user);
      assertEquals(least.get(user), users.get(user).get("metrics").get("mse").asDouble(), user);
      assertEquals(adapters.get(user), Owned.digests(project, "users/" + user + "/adapter"), user);
    }
  }
}
