package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.data.Dataset;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.data.TextCodec;
import io.github.cola4j.event.Event;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.PredictorOptions;
import io.github.cola4j.spec.RunSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose rows are whose, by column and by file, and what is measured of each. */
class UsersDataTest {
  private static final String[] LAST = {"evaluation.keep=last", "training.optimizer.lr=0.03"};
  private static final String BLOCKS =
      """
      base: base
      task: causal-lm
      data: {max_length: 12}
      adapter: {r: 4, lora_alpha: 8, target_modules: all-linear}
      training: {epochs: 2, batch_size: 4, optimizer: {lr: 1e-2}, seed: 7}
      """;

  private static final String PAIRS =
      """
      base: base
      task: sequence-to-sequence
      data:
        train: {file: train.csv, source: mr, target: ref}
        validation: {file: validation.csv}
        max_length: 40
        max_target_length: 40
      adapter: {r: 4, lora_alpha: 8, target_modules: all-linear}
      training: {epochs: 30, batch_size: 4, optimizer: {lr: 1e-2}, seed: 7}
      users: {mode: alone, column: owner}
      evaluation: {metric: rougeL, generate: true, every: 120, keep: last}
      generation: {max_new_tokens: 16}
      """;

  /** What is learned soon: one text for everything. */
  private static final List<String[]> LEARNED =
      List.of(
          new String[] {"name[Blue]", "A coffee shop.", "ann"},
          new String[] {"area[city]", "A coffee shop.", "ann"},
          new String[] {"name[Blue]", "A coffee shop.", "bob"},
          new String[] {"food[any]", "A coffee shop.", "bob"});

  private static final String FEW = "training.epochs=30";

  @TempDir Path folder;

  /** The lines of some users' rows, without the column of the owners. */
  private static String rowsOf(String table, String... users) {
    List<String> own = List.of(users);
    StringBuilder rows = new StringBuilder("sentence\tlabel\n");
    for (String line : table.lines().skip(1).toList()) {
      String[] row = line.split("\t");
      if (own.contains(row[2])) {
        rows.append(row[0]).append('\t').append(row[1]).append('\n');
      }
    }
    return rows.toString();
  }

  /** A table with the rows of these users alone, one user's after the other's. */
  private static String sorted(String table, String... users) {
    StringBuilder rows = new StringBuilder("sentence\tlabel\towner\n");
    for (String user : users) {
      rowsOf(table, user)
          .lines()
          .skip(1)
          .forEach(line -> rows.append(line).append('\t').append(user).append('\n'));
    }
    return rows.toString();
  }

  private SmallProject project(String name) {
    SmallProject project = Owned.bert(folder.resolve(name), "ann", "bob", "cyd");
    project.write(
        "validation.tsv", Owned.turns(project.read("validation.tsv"), "ann", "bob", "bob"));
    return project;
  }

  @ParameterizedTest
  @ValueSource(strings = {"alone", "collaboration", "joint"})
  void aFileForEachUserIsAColumnOfTheSameRows(String mode) {
    SmallProject column = project("column");
    String train = column.read("train.tsv");
    String validation = column.read("validation.tsv");
    column.write("train.tsv", sorted(train, "ann", "bob"));
    column.write("validation.tsv", sorted(validation, "ann", "bob"));
    column.finetune(
        Owned.with(LAST, "users={mode: " + mode + ", column: owner, list: [ann, bob]}"));

    SmallProject files = project("files");
    for (String user : List.of("ann", "bob")) {
      files.write(user + ".tsv", rowsOf(train, user));
      files.write(user + ".dev.tsv", rowsOf(validation, user));
    }
    files.finetune(
        Owned.with(
            LAST,
            "data={train: {text: sentence}, max_length: 32}",
            "users={mode: %s, list: {ann: {train: {file: ann.tsv}, validation: {file: ann.dev.tsv}}, bob: {train: {file: bob.tsv}, validation: {file: bob.dev.tsv}}}}"
                .formatted(mode)));
    assertSameRun(column, files);

    SmallProject mixed = project("mixed");
    mixed.write("train.tsv", sorted(train, "ann", "cyd")); // Cyd does not take part
    mixed.write("bob.csv", rowsOf(train, "bob").replace('\t', ',').replace("label", "good"));
    mixed.write("validation.tsv", sorted(validation, "ann", "bob"));
    mixed.finetune(
        Owned.with(
            LAST,
            "users={mode: %s, column: owner, list: {ann: {}, bob: {train: {file: bob.csv, label: good}}}}"
                .formatted(mode)));
    assertSameRun(column, mixed);
  }

  private static void assertSameRun(SmallProject one, SmallProject other) {
    assertEquals(Owned.losses(one), Owned.losses(other));
    Map<String, String> expected = Owned.results(one);
    Map<String, String> found = Owned.results(other);
    expected.remove("spec.yaml");
    found.remove("spec.yaml");
    assertEquals(expected, found);
    JsonNode summary = one.json("run/summary.json");
    for (String key : List.of("metrics", "users", "training_rows", "users_mode")) {
      assertEquals(summary.get(key), other.json("run/summary.json").get(key), key);
    }
    assertEquals(30, summary.get("training_rows").asInt());
    assertEquals(15, summary.get("users").get("bob").get("training_rows").asInt());
    assertTrue(summary.get("users").get("bob").get("metrics").has("accuracy"));
  }

  @Test
  void aloneEachUserIsMeasuredWithTheirAdapter() {
    SmallProject project = project("owners");
    String validation = project.read("validation.tsv").replaceAll("\tbob\n", "\tcyd\n");
    project.write("validation.tsv", validation);
    project.finetune(Owned.with(LAST, "users={mode: alone, column: owner}"));
    JsonNode users = project.json("run/summary.json").get("users");
    double ann = accuracy(project, "users/ann/adapter", row -> row[2].equals("ann"));
    double cyd = accuracy(project, "users/cyd/adapter", row -> row[2].equals("cyd"));
    assertEquals(ann, users.get("ann").get("metrics").get("accuracy").asDouble(), 1e-9);
    assertEquals(cyd, users.get("cyd").get("metrics").get("accuracy").asDouble(), 1e-9);
    assertFalse(users.get("bob").has("metrics"), "has no row there");
    assertEquals((10 * ann + 20 * cyd) / 30, metric(project), 1e-9);
  }

  @Test
  void rowsThatAreNobodysMeasureEveryUserAlone() {
    SmallProject project = project("nobodys");
    project.write("validation.tsv", SmallProject.rows(30, 2));
    project.finetune(Owned.with(LAST, "users={mode: alone, column: owner}"));
    JsonNode users = project.json("run/summary.json").get("users");
    double sum = 0;
    for (String user : List.of("ann", "bob", "cyd")) {
      double accuracy = accuracy(project, "users/" + user + "/adapter", row -> true);
      assertEquals(accuracy, users.get(user).get("metrics").get("accuracy").asDouble(), 1e-9);
      sum += accuracy;
    }
    assertEquals(sum / 3, metric(project), 1e-9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"collaboration", "joint"})
  void togetherEachUserIsMeasuredWithWhatIsEverybodys(String mode) {
    SmallProject project = project("together");
    project.finetune(Owned.with(LAST, "users={mode: " + mode + ", column: owner}"));
    JsonNode users = project.json("run/summary.json").get("users");
    assertEquals(accuracy(project, "adapter", row -> true), metric(project), 1e-9);
    for (String user : List.of("ann", "bob")) {
      assertEquals(
          accuracy(project, "adapter", row -> row[2].equals(user)),
          users.get(user).get("metrics").get("accuracy").asDouble(),
          1e-9);
    }
    SmallProject nobodys = project("nobodys");
    nobodys.write("validation.tsv", SmallProject.rows(30, 2));
    nobodys.finetune(Owned.with(LAST, "users={mode: " + mode + ", column: owner}"));
    assertEquals(metric(project), metric(nobodys));
    nobodys
        .json("run/summary.json")
        .get("users")
        .forEach(user -> assertFalse(user.has("metrics"), "it is not said whose they are"));
  }

  /** Dan has rows to be measured on, and none to learn from. */
  @ParameterizedTest
  @CsvSource({
    "collaboration, false",
    "joint, false",
    "alone, true",
    "collaboration, true",
    "joint, true"
  })
  void rowsOfSomebodyWhoLearnsNothing(String mode, boolean listed) {
    SmallProject project = project("dans");
    String validation = Owned.turns(SmallProject.rows(30, 2), "ann", "bob", "dan", "dan");
    project.write("validation.tsv", validation.replaceAll("\t[01]\tdan", "\t0\tdan"));
    String list = listed ? ", list: [ann, bob, cyd]" : "";
    project.finetune(Owned.with(LAST, "users={mode: " + mode + ", column: owner" + list + "}"));
    JsonNode users = project.json("run/summary.json").get("users");
    List<String> names = new ArrayList<>();
    users.fieldNames().forEachRemaining(names::add);
    assertEquals(List.of("ann", "bob", "cyd"), names);
    double right = 0;
    for (String user : List.of("ann", "bob")) {
      double own =
          accuracy(
              project,
              mode.equals("alone") ? "users/" + user + "/adapter" : "adapter",
              row -> row[2].equals(user));
      assertEquals(own, users.get(user).get("metrics").get("accuracy").asDouble(), 1e-9, user);
      right += 8 * own;
    }
    // What is everybody's is asked about Dan's rows too, unless a list says whose rows are taken.
    assertEquals(
        listed ? right / 16 : accuracy(project, "adapter", row -> true), metric(project), 1e-9);
    assertEquals(
        !listed, right / 16 != metric(project), "Dan's rows are no different: nothing is shown");
  }

  /** With an adapter of the run, of the validation rows that are asked for. */
  private static double accuracy(SmallProject project, String adapter, Predicate<String[]> asked) {
    List<String[]> rows =
        project
            .read("validation.tsv")
            .lines()
            .skip(1)
            .map(line -> line.split("\t"))
            .filter(asked)
            .toList();
    assertFalse(rows.isEmpty());
    try (Predictor predictor =
        Predictor.open(
            project.base(),
            project.output().resolve(adapter),
            PredictorOptions.DEFAULT.withMaxLength(32).withMerged(false))) {
      return (double)
              rows.stream()
                  .filter(row -> predictor.classify(row[0]).label().equals("LABEL_" + row[1]))
                  .count()
          / rows.size();
    }
  }

  private static double metric(SmallProject project) {
    return project.json("run/summary.json").get("metrics").get("accuracy").asDouble();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void blocksOfPlainTextAreOneUsers(boolean column) {
    SmallProject project = SmallProject.of(folder, "gpt2", BLOCKS);
    String ann = "the coffee shop of the city ".repeat(9);
    String bob = "QXZJ ".repeat(23);
    String users;
    String data;
    if (column) {
      StringBuilder table = new StringBuilder("text\towner\n");
      for (int row = 0; row < 9; row++) {
        table.append("the coffee shop of the city\tann\n");
        table.append("QXZJ QXZJ\tbob\n");
      }
      project.write("train.tsv", table.toString());
      data =
          "{train: {file: train.tsv, text: text}, validation: {file: train.tsv}, max_length: 12}";
      users = "{mode: alone, column: owner}";
    } else {
      project.write("ann.txt", ann);
      project.write("bob.txt", bob);
      data = "{train: {format: text}, max_length: 12}";
      users =
          "{mode: alone, list: {ann: {train: {file: ann.txt}, validation: {file: ann.txt}}, bob: {train: {file: bob.txt}, validation: {file: bob.txt}}}}";
    }
    RunSpec spec =
        RunSpec.read(project.folder().resolve("cola.yaml"), Map.of("data", data, "users", users));
    OwnedRows<PackedBatch> rows =
        TextRows.read(spec, BaseFolder.open(project.base())).rows().train();
    Dataset blocks = (Dataset) rows.rows();
    Map<Integer, StringBuilder> texts = new HashMap<>();
    try (TextCodec codec = TextCodec.open(project.base().resolve("tokenizer.json"))) {
      for (int row = 0; row < blocks.size(); row++) {
        String text = codec.decode(blocks.get(row).ids()).replaceAll("<[^>]*>", "");
        boolean anns = text.matches("(?s).*[a-z].*");
        boolean bobs = text.matches("(?s).*[QXZJ].*");
        assertFalse(anns && bobs, text);
        assertTrue(rows.owners()[row] == 0 ? !bobs : !anns, text);
        texts.computeIfAbsent(rows.owners()[row], owner -> new StringBuilder()).append(text);
      }
    }
    assertEquals(2, texts.size());
    assertTrue(
        texts.get(0).toString().replaceAll("\\s", "").startsWith("thecoffeeshopofthecity"),
        texts.get(0)::toString);

    project.finetune("data=" + data, "users=" + users);
    JsonNode summary = project.json("run/summary.json");
    double sum = 0;
    for (String user : List.of("ann", "bob")) {
      JsonNode metrics = summary.get("users").get(user).get("metrics");
      assertEquals(
          Math.exp(metrics.get("loss").asDouble()), metrics.get("perplexity").asDouble(), 1e-6);
      sum +=
          metrics.get("loss").asDouble()
              * labelled(blocks, rows.owners(), user.equals("ann") ? 0 : 1);
    }
    int all = labelled(blocks, rows.owners(), 0) + labelled(blocks, rows.owners(), 1);
    assertEquals(sum / all, summary.get("metrics").get("loss").asDouble(), 1e-5);
  }

  /** The tokens of a user that others tell. */
  private static int labelled(Dataset blocks, int[] owners, int user) {
    int count = 0;
    for (int row = 0; row < owners.length; row++) {
      count += owners[row] == user ? blocks.length(row) - 1 : 0;
    }
    return count;
  }

  /** The same sources, with other targets for each of two users. */
  @Test
  void textsAreGeneratedWithEachUsersAdapter() {
    SmallProject project = SmallProject.of(folder, "bart", PAIRS);
    String rows =
        """
        name[Blue],A coffee shop.,ann
        area[city],The city centre.,ann
        name[Blue],The sailors rode.,bob
        area[city],Clear of rocks.,bob
        """;
    project.write("train.csv", "mr,ref,owner\n" + rows.repeat(4));
    // One of Bob's is not what he learned.
    project.write("validation.csv", "mr,ref,owner\n" + rows.replace("Clear of rocks.", "A shop."));
    project.finetune();
    JsonNode summary = project.json("run/summary.json");
    List<Double> each = new ArrayList<>();
    for (String user : List.of("ann", "bob")) {
      JsonNode metrics = summary.get("users").get(user).get("metrics");
      List<String> targets = new ArrayList<>();
      List<String> written = new ArrayList<>();
      try (Predictor predictor =
          Predictor.open(
              project.base(),
              project.output().resolve("users/" + user + "/adapter"),
              PredictorOptions.DEFAULT.withMerged(false))) {
        for (String line : project.read("validation.csv").lines().skip(1).toList()) {
          String[] row = line.split(",");
          if (row[2].equals(user)) {
            targets.add(row[1]);
            written.add(
                predictor.generate(row[0], predictor.generationSettings().withMaxNewTokens(16)));
          }
        }
      }
      Map<String, Double> expected =
          Metrics.forGeneratedTexts(written, targets.stream().map(List::of).toList());
      expected.forEach(
          (name, value) -> assertEquals(value, metrics.get(name).asDouble(), 1e-9, name));
      each.add(metrics.get("rougeL").asDouble());
      assertTrue(metrics.get("perplexity").asDouble() > 1);
    }
    assertEquals(1, each.get(0), 1e-9);
    assertTrue(each.get(1) < 1, each::toString);
    assertEquals(
        (each.get(0) + each.get(1)) / 2, summary.get("metrics").get("rougeL").asDouble(), 1e-9);
  }

  /**
   * Ann and Bob are asked about the same source. Each one's metrics are over their own rows,
   * whatever others' are; those of all over all rows, where one model answers a source once, and
   * anybody's target will do.
   */
  @ParameterizedTest
  @ValueSource(strings = {"collaboration", "joint", "alone"})
  void aSourceThatUsersShare(String mode) {
    SmallProject project = SmallProject.of(folder, "bart", PAIRS);
    project.write("train.csv", csv("mr,ref,owner", LEARNED));
    List<String[]> rows =
        List.of(
            new String[] {"name[Blue]", "The sailors rode.", "bob"},
            new String[] {"name[Blue]", "A coffee shop.", "ann"},
            new String[] {"area[city]", "A shop.", "ann"},
            new String[] {"food[any]", "Clear of coffee rocks.", "bob"},
            new String[] {"name[Blue]", "A city coffee.", "bob"});
    project.write("validation.csv", csv("mr,ref,owner", rows));
    project.finetune("users.mode=" + mode, FEW);
    assertMeasured(
        project,
        mode,
        Map.of(
            "ann", List.of(rows.get(1), rows.get(2)),
            "bob", List.of(rows.get(0), rows.get(3), rows.get(4))));
    JsonNode summary = project.json("run/summary.json");
    for (JsonNode user : summary.get("users")) {
      assertNotEquals(rougeL(user), rougeL(summary));
    }
  }

  /** Ann takes the first two rows of a file that Bob takes all of. */
  @ParameterizedTest
  @ValueSource(strings = {"collaboration", "alone"})
  void aFileThatUsersShare(String mode) {
    SmallProject project = SmallProject.of(folder, "bart", PAIRS);
    project.write("train.csv", csv("mr,ref,owner", LEARNED));
    List<String[]> rows =
        List.of(
            new String[] {"name[Blue]", "A shop."},
            new String[] {"area[city]", "The sailors rode."},
            new String[] {"food[any]", "Clear of rocks."},
            new String[] {"name[Blue]", "A coffee shop."});
    project.write("rows.csv", csv("mr,ref", rows));
    project.finetune(
        "data.validation=",
        "users={mode: %s, column: owner, list: {ann: {validation: {file: rows.csv, limit: 2}}, bob: {validation: {file: rows.csv}}}}"
            .formatted(mode),
        FEW);
    assertMeasured(project, mode, Map.of("ann", rows.subList(0, 2), "bob", rows));
  }

  private static String csv(String header, List<String[]> rows) {
    StringBuilder table = new StringBuilder(header).append('\n');
    rows.forEach(row -> table.append(String.join(",", row)).append('\n'));
    return table.toString();
  }

  /**
   * Asks the run's adapters for everybody's texts, and how far they are from the targets.
   *
   * @param rows sources and targets of each user
   */
  private static void assertMeasured(
      SmallProject project, String mode, Map<String, List<String[]>> rows) {
    JsonNode summary = project.json("run/summary.json");
    Map<String, List<String>> targetsOfAll = new LinkedHashMap<>(); // by who was asked for what
    Map<String, String> written = new HashMap<>();
    double loss = 0;
    int tokens = 0;
    for (String user : List.of("ann", "bob")) {
      JsonNode metrics = summary.get("users").get(user).get("metrics");
      String adapter = mode.equals("alone") ? "users/" + user + "/adapter" : "adapter";
      Map<String, List<String>> targets = new LinkedHashMap<>();
      int own = 0;
      try (Predictor predictor =
              Predictor.open(
                  project.base(),
                  project.output().resolve(adapter),
                  PredictorOptions.DEFAULT.withMerged(false));
          TextCodec codec = TextCodec.open(project.base().resolve("tokenizer.json"))) {
        for (String[] row : rows.get(user)) {
          String asked = adapter + " " + row[0];
          targets.computeIfAbsent(asked, source -> new ArrayList<>()).add(row[1]);
          targetsOfAll.computeIfAbsent(asked, source -> new ArrayList<>()).add(row[1]);
          written.computeIfAbsent(
              asked,
              source ->
                  predictor.generate(row[0], predictor.generationSettings().withMaxNewTokens(16)));
          own += codec.prefix().length + codec.suffix().length;
          own += codec.encode(List.of(row[1])).get(0).length;
        }
      }
      assertRouge(targets, written, metrics);
      loss += own * metrics.get("loss").asDouble();
      tokens += own;
    }
    assertRouge(targetsOfAll, written, summary.get("metrics"));
    assertEquals(loss / tokens, summary.get("metrics").get("loss").asDouble(), 1e-5);
    assertNotEquals(
        rougeL(summary.get("users").get("ann")), rougeL(summary.get("users").get("bob")));
  }

  private static double rougeL(JsonNode measured) {
    return measured.get("metrics").get("rougeL").asDouble();
  }

  private static void assertRouge(
      Map<String, List<String>> targets, Map<String, String> written, JsonNode found) {
    List<String> texts = targets.keySet().stream().map(written::get).toList();
    Metrics.forGeneratedTexts(texts, List.copyOf(targets.values()))
        .forEach((name, value) -> assertEquals(value, found.get(name).asDouble(), 1e-9, name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alone", "collaboration"})
  void whatIsWrittenWhereAnAdapterIsNotLinear(String mode) {
    SmallProject project = project("mixed");
    List<Event> events =
        project.finetune(
            "users={mode: %s, column: owner, list: {ann: {}, bob: {adapter: {kind: mlp, hidden_sizes: [4]}}, cyd: {adapter: {kind: linear}}}}"
                .formatted(mode));
    List<String> messages =
        events.stream()
            .filter(Event.Message.class::isInstance)
            .map(event -> ((Event.Message) event).text())
            .filter(text -> text.startsWith("no adapter"))
            .toList();
    assertFalse(Files.exists(project.output().resolve("adapter")));
    for (String user : List.of("ann", "bob", "cyd")) {
      assertEquals(2, Owned.digests(project, "users/" + user + "/adapter").size());
    }
    assertEquals(
        mode.equals("alone")
            ? List.of()
            : List.of(
                "no adapter of all users together is written: the adapter at bert.encoder.layer.0.attention.self.query is not linear in its input"),
        messages);
    Event.RunFinished finished = (Event.RunFinished) events.get(events.size() - 1);
    assertEquals(project.output().resolve("users"), finished.adapter());
  }
}
