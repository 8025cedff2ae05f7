package io.github.cola4j.run;

import static io.github.cola4j.run.Owned.PLAIN;
import static io.github.cola4j.run.Owned.assertSameAdapter;
import static io.github.cola4j.run.Owned.assertSameLosses;
import static io.github.cola4j.run.Owned.digests;
import static io.github.cola4j.run.Owned.losses;
import static io.github.cola4j.run.Owned.tensors;
import static io.github.cola4j.run.Owned.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.golden.Difference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How users share a model in a run, and that they do not disturb each other. */
class UsersTest {
  private static final String KINDS =
      "{ann: {}, bob: {adapter: {kind: linear}}, cyd: {adapter: {r: 2, use_rslora: true}}}";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{r: 4, lora_alpha: 8} | false",
        "{r: 4, lora_alpha: 8} | true",
        "{kind: linear} | false",
        "{kind: linear, bias: true, target_modules: all-linear} | true",
        "{kind: mlp, hidden_sizes: [8, 6]} | false"
      })
  void withOneUserAllModesAreARunWithoutUsers(String adapter, boolean merged) {
    String[] run = {"adapter=" + adapter, "gradient_learning.merged=" + merged, "data.validation="};
    SmallProject nobody = SmallProject.bert(folder.resolve("nobody"));
    nobody.finetune(run);
    Map<String, String> expected = digests(nobody, "adapter");
    assertEquals(2, expected.size());
    for (String mode : List.of("joint", "alone", "collaboration")) {
      if (merged && mode.equals("alone")) {
        continue; // refused
      }
      SmallProject ann = Owned.bert(folder.resolve(mode), "ann");
      ann.finetune(with(run, "users={mode: " + mode + ", column: owner}"));
      assertEquals(losses(nobody), losses(ann), mode);
      String own = mode.equals("joint") ? "adapter" : "users/ann/adapter";
      assertEquals(expected, digests(ann, own), mode);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{name: sgd, lr: 0.05, weight_decay: 0.01}",
        "{name: adamw, lr: 1e-2, eps: 1e-6, weight_decay: 0.01}"
      })
  void mergedAndUnmergedCollaborationGiveTheSameLosses(String optimizer) {
    String[] run =
        with(
            PLAIN,
            "training.optimizer=" + optimizer,
            "users={mode: collaboration, column: owner, list: " + KINDS + "}");
    SmallProject unmerged = Owned.bert(folder.resolve("unmerged"), "ann", "bob", "cyd", "bob");
    unmerged.finetune(run);
    SmallProject merged = Owned.bert(folder.resolve("merged"), "ann", "bob", "cyd", "bob");
    merged.finetune(with(run, "gradient_learning.merged=true"));
    assertEquals(2 * SmallProject.STEPS_PER_EPOCH, losses(merged).size());
    assertSameLosses(unmerged, merged, 1e-5);
    for (String user : List.of("ann", "bob", "cyd")) {
      assertSameAdapter(unmerged, merged, "users/" + user + "/adapter", 1e-5);
    }
    assertSameAdapter(unmerged, merged, "adapter", 1e-5);
  }

  /** The same rows in other ways of sharing are other runs: what is compared above could differ. */
  @Test
  void withThreeUsersTheModesDiffer() {
    String[] losses = new String[3];
    for (String mode : List.of("joint", "alone", "collaboration")) {
      SmallProject project = Owned.bert(folder.resolve(mode), "ann", "bob", "cyd");
      project.finetune(with(PLAIN, "users={mode: " + mode + ", column: owner}"));
      losses[List.of("joint", "alone", "collaboration").indexOf(mode)] =
          losses(project).subList(5, 22).toString();
      assertEquals(!mode.equals("alone"), Files.exists(project.output().resolve("adapter")), mode);
      assertEquals(!mode.equals("joint"), Files.exists(project.output().resolve("users")), mode);
    }
    assertNotEquals(losses[0], losses[1]);
    assertNotEquals(losses[1], losses[2]);
    assertNotEquals(losses[0], losses[2]);
  }

  /** Whatever else is in Bob's rows, if it is as long: not a bit of Ann's adapter depends on it. */
  @ParameterizedTest
  @CsvSource({"batch, false", "user, false", "batch, true"})
  void anothersTextsDoNotChangeMyAdapter(String normalization, boolean validated) {
    // With the base's dropout on: its masks go by the place in the batch.
    String[] run = {
      // Of each user the best adapter is kept, by the user's own rows.
      validated ? "data.validation={file: train.tsv}" : "data.validation=",
      "training.epochs=3",
      "adapter={r: 4, lora_alpha: 8, lora_dropout: 0.1}",
      "users={mode: alone, column: owner, loss_normalization: " + normalization + "}"
    };
    SmallProject one = Owned.bert(folder.resolve("one"), "ann", "bob", "bob");
    one.finetune(run);
    SmallProject other = Owned.bert(folder.resolve("other"), "ann", "bob", "bob");
    StringBuilder turned = new StringBuilder("sentence\tlabel\towner\n");
    for (String line : other.read("train.tsv").lines().skip(1).toList()) {
      String[] row = line.split("\t");
      if (row[2].equals("bob")) {
        String[] words = row[0].split(" ");
        StringBuilder text = new StringBuilder();
        for (int word = words.length; word-- > 0; ) {
          text.append(words[word]).append(word == 0 ? "" : " ");
        }
        line = text + "\t" + (1 - Integer.parseInt(row[1])) + "\tbob";
      }
      turned.append(line).append('\n');
    }
    other.write("train.tsv", turned.toString());
    other.finetune(run);
    assertEquals(digests(one, "users/ann/adapter"), digests(other, "users/ann/adapter"));
    assertNotEquals(digests(one, "users/bob/adapter"), digests(other, "users/bob/adapter"));
    assertNotEquals(losses(one), losses(other));
    JsonNode ann = one.json("run/summary.json").get("users").get("ann");
    assertEquals(validated, ann.has("kept_step"));
    assertEquals(ann, other.json("run/summary.json").get("users").get("ann"));
  }

  /** What an untrained model gets cannot be kept, however good it is. */
  @Test
  void aUserWhoHasNotJoinedYetKeepsNothing() {
    SmallProject project = Owned.bert(folder, "ann", "bob");
    project.finetune(
        "data.validation={file: train.tsv}",
        "training.epochs=3",
        "users={mode: alone, column: owner, list: {ann: {}, bob: {joins: 3}}}");
    JsonNode bob = project.json("run/summary.json").get("users").get("bob");
    assertTrue(bob.get("fits").asInt() > 0);
    assertTrue(
        bob.get("kept_step").asLong() > project.json("run/summary.json").get("steps").asLong() / 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama"})
  void norDoAnothersResponsesOfTheSameLength(String architecture) {
    String[] run = {"users={mode: alone, column: owner}"};
    SmallProject one = responses(folder.resolve("one"), architecture, "QXZJ", 3);
    SmallProject other = responses(folder.resolve("other"), architecture, "ZJQX", 3);
    try (TextCodec codec = TextCodec.open(one.base().resolve("tokenizer.json"))) {
      List<int[]> tokens = codec.encode(List.of("QXZJ".repeat(3), "ZJQX".repeat(3)));
      assertEquals(tokens.get(0).length, tokens.get(1).length);
      assertNotEquals(List.of(tokens.get(0)), List.of(tokens.get(1)));
    }
    one.finetune(run);
    other.finetune(run);
    assertEquals(digests(one, "users/ann/adapter"), digests(other, "users/ann/adapter"));
    assertNotEquals(digests(one, "users/bob/adapter"), digests(other, "users/bob/adapter"));
  }

  /** Ann's rows as they are; each of Bob's responds a word so many times. */
  private static SmallProject responses(Path folder, String architecture, String word, int times) {
    SmallProject project = Owned.causal(folder, architecture, "ann", "bob");
    StringBuilder table = new StringBuilder("sentence\tlabel\towner\n");
    for (String line : project.read("train.tsv").lines().skip(1).toList()) {
      String[] row = line.split("\t");
      boolean bob = row[2].equals("bob");
      table.append(bob ? row[0] + "\t" + word.repeat(times) + "\tbob" : line).append('\n');
    }
    project.write("train.tsv", table.toString());
    return project;
  }

  @ParameterizedTest
  @CsvSource({"gpt2, sgd", "llama, sgd", "gpt2, adamw"})
  void anothersLengthsCountWithTheBatchsLossOnly(String architecture, String optimizer) {
    assertTrue(changeByLengths(architecture, optimizer, "user") <= 1e-6);
    assertTrue(changeByLengths(architecture, optimizer, "batch") > 1e-4);
  }

  /** How far Ann's adapter changes when Bob's responses are longer. */
  private double changeByLengths(String architecture, String optimizer, String normalization) {
    String[] run = {
      "training.base_dropout=false",
      "training.optimizer={name: " + optimizer + ", lr: 1e-2}",
      "users={mode: alone, column: owner, loss_normalization: " + normalization + "}"
    };
    SmallProject one = responses(folder.resolve(normalization + "/one"), architecture, "QX", 2);
    SmallProject other = responses(folder.resolve(normalization + "/other"), architecture, "QX", 9);
    one.finetune(run);
    other.finetune(run);
    assertNotEquals(digests(one, "users/bob/adapter"), digests(other, "users/bob/adapter"));
    return change(one, other);
  }

  @Test
  void norDoLengthsCountWhereRowsAreClassified() {
    SmallProject[] all = new SmallProject[2];
    for (String normalization : List.of("user", "batch")) {
      String[] run =
          with(
              PLAIN,
              "training.optimizer={name: sgd, lr: 0.05}",
              "users={mode: alone, column: owner, loss_normalization: " + normalization + "}");
      SmallProject one = Owned.bert(folder.resolve(normalization + "/one"), "ann", "bob");
      SmallProject other = Owned.bert(folder.resolve(normalization + "/other"), "ann", "bob");
      other.write(
          "train.tsv", other.read("train.tsv").replaceAll("(?m)^(.*)\tbob$", "the coffee $1\tbob"));
      assertNotEquals(one.read("train.tsv"), other.read("train.tsv"));
      one.finetune(run);
      other.finetune(run);
      double change = change(one, other);
      assertTrue(change <= 1e-6, () -> normalization + ": " + change);
      all[normalization.equals("user") ? 0 : 1] = one;
    }
    assertTrue(change(all[0], all[1]) > 0.1, "the normalization is another");
  }

  /** Of Ann's adapter, its tensors taken together: rounding is no share of a single tiny one. */
  private static double change(SmallProject one, SmallProject other) {
    float[] before = all(tensors(one, "users/ann/adapter"));
    float[] after = all(tensors(other, "users/ann/adapter"));
    assertFalse(before.length == 0);
    return Difference.relative(after, before);
  }

  private static float[] all(Map<String, float[]> tensors) {
    float[] all = new float[tensors.values().stream().mapToInt(values -> values.length).sum()];
    int place = 0;
    for (float[] values : tensors.values()) {
      System.arraycopy(values, 0, all, place, values.length);
      place += values.length;
    }
    return all;
  }
}
