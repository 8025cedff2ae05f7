package io.github.cola4j.run;

import static io.github.cola4j.golden.Difference.assertNear;
import static io.github.cola4j.run.Owned.losses;
import static io.github.cola4j.run.Owned.with;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.data.Batches;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModel;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.spec.AdapterSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.task.Loss;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever has no rows in a fit takes no step; users come and go. */
class AttendanceTest {
  private static final int ROWS = 44;
  private static final int BATCH = 4;
  private static final long SEED = 7;
  private static final List<String> USERS = List.of("ann", "bob", "cyd");
  private static final String[] EVERY_STEP = {
    "data.validation=", "checkpoint={every: 1, keep: 100}", "training.base_dropout=false"
  };

  @TempDir Path folder;

  /** Ann and Bob take turns; Cyd owns these rows. */
  private static String[] owners(int... cyds) {
    String[] owners = new String[ROWS];
    for (int row = 0; row < ROWS; row++) {
      owners[row] = row % 2 == 0 ? "ann" : "bob";
    }
    for (int row : cyds) {
      owners[row] = "cyd";
    }
    return owners;
  }

  /** The steps, from 0, that have rows of a user. */
  private static List<Integer> stepsOf(String user, String[] owners, int epochs, int interval) {
    List<Integer> steps = new ArrayList<>();
    int step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      List<int[]> batches = Batches.of(EpochOrder.of(SEED, epoch, ROWS), BATCH);
      for (int from = 0; from < batches.size(); from += interval) {
        if (batches.subList(from, Math.min(from + interval, batches.size())).stream()
            .flatMapToInt(Arrays::stream)
            .anyMatch(row -> owners[row].equals(user))) {
          steps.add(step);
        }
        step++;
      }
    }
    return steps;
  }

  @ParameterizedTest
  @CsvSource({"alone, 1, false", "collaboration, 1, true", "alone, 3, false"})
  void aUserWithoutRowsTakesNoStep(String mode, int interval, boolean merged) {
    String[] owners = owners(10);
    SmallProject project = Owned.bert(folder, owners);
    // Momentum and a decay that would be seen.
    project.finetune(
        with(
            EVERY_STEP,
            "users={mode: " + mode + ", column: owner, list: [ann, bob, cyd]}",
            "gradient_learning={merged: " + merged + ", interval: " + interval + "}",
            "training.optimizer={lr: 1e-2, weight_decay: 0.5}",
            "training.schedule={name: constant, warmup: 0}"));
    Map<Long, Map<String, float[]>> states = Owned.checkpoints(project);
    Map<Long, JsonNode> told = Owned.progress(project);
    int last = states.size();
    assertEquals(interval == 1 ? 21 : 7, last);
    JsonNode summary = project.json("run/summary.json").get("users");
    for (String user : USERS) {
      List<Integer> steps = stepsOf(user, owners, 2, interval);
      int still = 0;
      for (int step = 0; step < last; step++) {
        int done = step;
        long fits = steps.stream().filter(s -> s <= done).count();
        assertEquals(fits, told.get(step + 1L).get(user).get("fits").asLong(), user);
        assertEquals(fits, told.get(step + 1L).get(user).get("optimizer_steps").asLong(), user);
        if (step > 0 && !steps.contains(step)) {
          assertUnchanged(states.get((long) step), states.get(step + 1L), "users/" + user + "/");
          still++;
        } else if (step > 0) {
          assertTrue(moved(states.get((long) step), states.get(step + 1L), user) > 0, user);
        }
      }
      assertEquals(steps.size(), summary.get(user).get("fits").asInt());
      assertTrue(!user.equals("cyd") || still > 0, "there was nothing to see");
    }
    assertEquals(2, summary.get("cyd").get("fits").asInt());
    assertEquals(1, summary.get("cyd").get("training_rows").asInt());
  }

  private static void assertUnchanged(
      Map<String, float[]> before, Map<String, float[]> after, String prefix) {
    int compared = 0;
    for (Map.Entry<String, float[]> entry : after.entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        assertArrayEquals(before.get(entry.getKey()), entry.getValue(), entry.getKey());
        compared++;
      }
    }
    assertTrue(compared > 0);
  }

  /** How far a user's adapters moved from one checkpoint to the next, as a norm. */
  private static double moved(
      Map<String, float[]> before, Map<String, float[]> after, String user) {
    double squares = 0;
    for (Map.Entry<String, float[]> entry : after.entrySet()) {
      if (entry.getKey().startsWith("users/" + user + "/adapter/")) {
        float[] from = before.get(entry.getKey());
        for (int i = 0; i < from.length; i++) {
          double difference = (double) entry.getValue()[i] - from[i];
          squares += difference * difference;
        }
      }
    }
    return Math.sqrt(squares);
  }

  @Test
  void theScheduleGoesByAUsersOwnFits() {
    int[] order = EpochOrder.of(SEED, 0, ROWS);
    String[] owners = owners(order[9], order[22], order[23], order[42]);
    SmallProject project = Owned.bert(folder, owners);
    // Plain SGD whose gradients are scaled to one norm moves as far as the rate says.
    project.finetune(
        with(
            EVERY_STEP,
            "users={mode: alone, column: owner}",
            "training.epochs=1",
            "training.optimizer={name: sgd, lr: 1.0, momentum: 0, weight_decay: 0}",
            "training.schedule={name: linear, warmup: 0}",
            "training.max_grad_norm=0.01"));
    assertEquals(List.of(2, 5, 10), stepsOf("cyd", owners, 1, 1));
    Map<Long, Map<String, float[]>> states = Owned.checkpoints(project);
    assertEquals(0.01, moved(states.get(2L), states.get(3L), "cyd"), 1e-5);
    assertEquals(0.01 * 2 / 3, moved(states.get(5L), states.get(6L), "cyd"), 1e-5);
    List<Integer> anns = stepsOf("ann", owners, 1, 1);
    for (int fit = 1; fit < anns.size() - 1; fit++) {
      int step = anns.get(fit);
      double rate = (double) (anns.size() - fit) / anns.size();
      assertEquals(0.01 * rate, moved(states.get((long) step), states.get(step + 1L), "ann"), 1e-5);
    }
    // What the run tells is the largest rate: Cyd's first fit is in step 3.
    assertEquals(1.0, project.metrics("step_done").get(2).get("lr").asDouble());
  }

  /** No file gives such rows, but a batch may hold them. */
  @Test
  void rowsWithoutALabelledTokenAreNoRows() {
    SmallProject project = Owned.causal(folder, "gpt2", "ann", "bob");
    RunSpec spec =
        RunSpec.read(
            project.folder().resolve("cola.yaml"),
            Map.of("users", "{mode: alone, column: owner, loss_normalization: user}"));
    Torch.start(1);
    HostArena arena = new HostArena();
    try (Subject<PackedBatch> subject = Subject.ofTexts(spec, Device.cpu())) {
      Map<String, AdapterSpec> asked = Learners.asked(spec, subject.rows().users());
      try (AdaptedModel model =
              AdaptedModel.fresh(subject.manager(), subject.model(), spec, asked);
          Learners learners =
              Learners.of(spec, subject, model, asked, Learners.timetable(spec, subject));
          Scope scope = Scope.open(model.manager())) {
        int[] ids = {5, 6, 7, 8};
        int[] none = {Example.NO_LABEL, Example.NO_LABEL, Example.NO_LABEL, Example.NO_LABEL};
        PackedBatch batch =
            PackedBatch.of(
                List.of(
                    new Example(ids, new int[4], ids, 0, 0),
                    new Example(ids, new int[4], none, 0, 1)));
        int[] items = subject.objective().itemsOfRows(batch);
        assertArrayEquals(new int[] {3, 0}, items);
        int[] owners = {0, 1};
        Learners.Interval interval = learners.interval(owners, items);
        ServerPass pass =
            new ServerPass(
                model.modules(),
                learners.sharing().routing(owners, Set.of(0, 1)),
                scope.manager(),
                arena,
                null,
                null);
        Loss loss = subject.objective().loss(pass, batch);
        pass.backward(loss.made(), loss.gradient(), interval::gather);
        interval.end();
        assertTrue(learners.fits().due(0));
        assertFalse(learners.fits().due(1));
        learners.fit();
        assertEquals(1, learners.fits().fits(0));
        assertEquals(0, learners.fits().fits(1));
        assertEquals(0, learners.fits().newest(1).optimizer().steps());
      }
    } finally {
      arena.reset();
    }
  }

  /** Ann stays, Bob joins in epoch 2, Cyd has left by then. */
  private static String comingAndGoing(String mode) {
    return "users={mode: %s, column: owner, list: {ann: {}, bob: {joins: 2}, cyd: {leaves: 2}}}"
        .formatted(mode);
  }

  @ParameterizedTest
  @CsvSource({"alone, false", "collaboration, false", "collaboration, true"})
  void usersJoinAndLeave(String mode, boolean merged) {
    SmallProject project = Owned.bert(folder, "ann", "bob", "cyd"); // 15, 15 and 14 rows
    project.finetune(
        with(
            EVERY_STEP,
            comingAndGoing(mode),
            "training.epochs=3",
            "gradient_learning.merged=" + merged));
    // 29 rows without Bob's, then twice 30 without Cyd's.
    assertEquals(3 * 8, project.json("run/summary.json").get("steps").asInt());
    assertEquals(
        List.of(0.125, 1.0, 1.125, 3.0),
        IntStream.of(0, 7, 8, 23)
            .mapToObj(step -> project.metrics("step_done").get(step).get("epoch").asDouble())
            .toList());
    Map<Long, Map<String, float[]>> states = Owned.checkpoints(project);
    Map<Long, JsonNode> told = Owned.progress(project);
    Map<String, float[]> first = states.get(1L);
    for (long step = 2; step <= 23; step++) {
      if (step <= 8) {
        assertUnchanged(first, states.get(step), "users/bob/");
        assertEquals(0, told.get(step).get("bob").get("fits").asInt());
      } else {
        assertUnchanged(states.get(8L), states.get(step), "users/cyd/");
        assertEquals(told.get(8L).get("cyd"), told.get(step).get("cyd"));
      }
    }
    assertTrue(moved(states.get(7L), states.get(8L), "cyd") > 0);
    first.forEach(
        (name, values) -> {
          if (name.matches("users/bob/adapter/.*\\.(B|W|b)")) {
            assertArrayEquals(new float[values.length], values, name);
          }
        });
    assertTrue(moved(states.get(8L), states.get(23L), "bob") > 0);
    // What Cyd left with is what Cyd gets.
    Map<String, float[]> exported = Owned.tensors(project, "users/cyd/adapter");
    int compared = 0;
    for (Map.Entry<String, float[]> entry : states.get(8L).entrySet()) {
      String name = entry.getKey();
      if (name.matches("users/cyd/adapter/.*\\.(query|value)\\.[AB]")) {
        String path = name.substring("users/cyd/adapter/".length(), name.length() - 2);
        String key =
            "base_model.model." + path + ".lora_" + name.charAt(name.length() - 1) + ".weight";
        assertArrayEquals(exported.get(key), entry.getValue(), name);
        compared++;
      }
    }
    assertEquals(2 * 2 * 2, compared);
    JsonNode users = project.json("run/summary.json").get("users");
    assertEquals(15, users.get("bob").get("training_rows").asInt());
    assertEquals(14, users.get("cyd").get("training_rows").asInt());
    assertEquals(told.get(8L).get("cyd").get("fits"), users.get("cyd").get("fits"));
    assertTrue(users.get("bob").get("fits").asInt() > 8, users::toString);
  }

  /** The mean is one over those who are there. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void collaborationIsTheMeanOfThePresentOnes(boolean merged) {
    String[] run =
        with(
            EVERY_STEP,
            comingAndGoing("collaboration"),
            "training.epochs=3",
            "training.schedule={name: constant, warmup: 0}",
            "gradient_learning.merged=" + merged);
    SmallProject whole = Owned.bert(folder.resolve("whole"), "ann", "bob", "cyd");
    whole.finetune(run);
    SmallProject epoch = Owned.bert(folder.resolve("epoch"), "ann", "bob", "cyd");
    epoch.finetune(with(run, "training.max_steps=8"));
    assertEquals(losses(epoch), losses(whole).subList(0, 8));
    // In step 9 Bob is there, whose adapter is fresh, and Cyd is not: half of Ann's.
    assertNear(losses(whole).get(8), lossAfterOneEpoch(epoch, 0.5), 1e-5, "loss of step 9");
    // In the end there are Ann and Bob.
    Map<String, float[]> sum = new TreeMap<>();
    for (String user : List.of("ann", "bob")) {
      deltas(whole, "users/" + user + "/adapter", 2)
          .forEach((site, delta) -> sum.merge(site, half(delta), AttendanceTest::plus));
    }
    Map<String, float[]> together = deltas(whole, "adapter", 1);
    assertEquals(sum.keySet(), together.keySet());
    assertFalse(sum.isEmpty());
    sum.forEach((site, delta) -> assertNear(together.get(site), delta, 1e-6, site));
  }

  private static double lossAfterOneEpoch(SmallProject project, double share) {
    RunSpec spec =
        RunSpec.read(
            project.folder().resolve("cola.yaml"),
            Map.of("users", "{mode: collaboration, column: owner}", "data.validation", ""));
    HostArena arena = new HostArena();
    int[] rows =
        IntStream.of(EpochOrder.of(SEED, 1, ROWS))
            .filter(row -> row % 3 != 2)
            .limit(BATCH)
            .toArray();
    try (Subject<PackedBatch> subject = Subject.ofTexts(spec, Device.cpu());
        AdaptedModel ann =
            AdaptedModel.stored(
                subject.manager(),
                subject.model(),
                PeftFolder.read(project.output().resolve("users/ann/adapter")));
        Scope scope = Scope.open(ann.manager())) {
      Routing routing = new Routing(List.of(Routing.Route.all(0, share)), List.of());
      InferencePass pass = new InferencePass(ann.modules(), routing, scope.manager(), arena);
      return subject
          .objective()
          .loss(pass, subject.rows().train().rows().batch(rows))
          .mean()
          .getFloat();
    }
  }

  /** α·B·A of each site but the head's. */
  private static Map<String, float[]> deltas(SmallProject project, String adapter, double alpha) {
    Map<String, float[]> tensors = Owned.tensors(project, adapter);
    Map<String, float[]> deltas = new HashMap<>();
    for (String key : tensors.keySet()) {
      if (key.endsWith(".lora_A.weight")) {
        float[] a = tensors.get(key);
        float[] b = tensors.get(key.replace("lora_A", "lora_B"));
        int width = 32;
        int rank = a.length / width;
        float[] delta = new float[width * width];
        for (int out = 0; out < width; out++) {
          for (int in = 0; in < width; in++) {
            double sum = 0;
            for (int r = 0; r < rank; r++) {
              sum += (double) b[out * rank + r] * a[r * width + in];
            }
            delta[out * width + in] = (float) (alpha * sum);
          }
        }
        deltas.put(key, delta);
      }
    }
    return deltas;
  }

  private static float[] half(float[] values) {
    float[] halves = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      halves[i] = values[i] / 2;
    }
    return halves;
  }

  private static float[] plus(float[] one, float[] other) {
    float[] sum = new float[one.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = one[i] + other[i];
    }
    return sum;
  }
}
