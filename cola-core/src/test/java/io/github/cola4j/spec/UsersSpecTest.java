package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the rows belong to, and who learns from whom. */
class UsersSpecTest {
  /** Users by a column, two of them with adapters of their own. */
  static final String COLUMN =
      """
      base: bases/minilm
      data: {train: {file: train.tsv, text: sentence}, validation: {file: test.tsv}}
      adapter: {r: 4, lora_alpha: 16, rank_pattern: {key: 2}, target_modules: [query], layers_to_transform: [0, 1]}
      training: {epochs: 4}
      users:
        mode: collaboration
        column: owner
        loss_normalization: user
        list:
          ann:
          bob: {adapter: {kind: linear, bias: true, layers_to_transform: 3}, joins: 2, leaves: 4}
          c.d-E_1: {adapter: {r: 2, rank_pattern: {}, target_modules: .*value}}
      """;

  /** Users with files. */
  static final String FILES =
      """
      base: bases/minilm
      data: {train: {text: [a, b], label: c, format: csv}}
      users:
        mode: joint
        list:
          ann: {train: {file: rows.txt, limit: 5}, validation: {file: test.tsv}}
          bob: {train: {file: bob.csv, label: d}, validation: {file: rows.txt}}
      """;

  /** Where nobody is listed. */
  static final String ANYBODY =
      """
      base: bases/minilm
      data: {train: {file: train.tsv, text: sentence}}
      users: {mode: alone, column: owner}
      """;

  static final String PICTURES =
      """
      base: cnn
      task: image-classification
      data: {image_size: [28, 28]}
      users:
        mode: alone
        list:
          ann: {train: {file: pictures}}
          bob: {train: {file: images.gz, labels: labels.gz}, adapter: {kind: a.B, options: {x: 1}}}
      """;

  @TempDir Path root;
  SpecFolder user;

  @BeforeEach
  void folder() {
    user = SpecFolder.in(root);
  }

  private static UserSpec user(RunSpec spec, String name) {
    return spec.users().orElseThrow().list().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(RunSpec spec) {
    return spec.users().orElseThrow().list().stream().map(UserSpec::name).toList();
  }

  @Test
  void anAdapterTakesAfterTheOneAtTheTop() {
    RunSpec spec = user.read(COLUMN);
    UsersSpec users = spec.users().orElseThrow();
    assertEquals(UsersSpec.Mode.COLLABORATION, users.mode());
    assertEquals(Optional.of("owner"), users.column());
    assertEquals(UsersSpec.LossNormalization.USER, users.lossNormalization());
    Optional<TargetModules> query = Optional.of(new TargetModules.Named(List.of("query")));
    assertEquals(
        List.of(
            new UserSpec(
                "ann", spec.adapter(), Optional.empty(), Optional.empty(), 1, Optional.empty()),
            new UserSpec(
                "bob",
                // Another kind, at the same modules of a layer of its own.
                new AdapterSpec.Linear(
                    true, new SitesSpec(query, Optional.empty(), List.of(3), List.of())),
                Optional.empty(),
                Optional.empty(),
                2,
                Optional.of(4)),
            new UserSpec(
                "c.d-E_1",
                // A pattern stands for the layers as well.
                new AdapterSpec.LowRank(
                    2,
                    16,
                    false,
                    0,
                    Map.of(),
                    Map.of(),
                    new SitesSpec(
                        Optional.of(new TargetModules.Matching(".*value")),
                        Optional.empty(),
                        List.of(),
                        List.of())),
                Optional.empty(),
                Optional.empty(),
                1,
                Optional.empty())),
        users.list());
    assertEquals(
        List.of(false, true, true, false),
        List.of(1, 2, 3, 4).stream().map(user(spec, "bob")::takesPartIn).toList());
  }

  @Test
  void aUsersFileTakesAfterTheCommonData() {
    RunSpec spec = user.read(FILES);
    SplitSpec common = spec.data().train();
    assertEquals(Optional.empty(), common.file());
    assertEquals(Optional.of(SplitSpec.Format.CSV), common.format());
    SplitSpec ann = user(spec, "ann").train().orElseThrow();
    assertEquals(user.folder().resolve("rows.txt"), ann.path());
    assertEquals(Optional.of(SplitSpec.Format.CSV), ann.format());
    assertTrue(ann.quotes());
    assertEquals(new ColumnsSpec.Labelled(List.of("a", "b"), "c"), ann.columns());
    assertEquals(Optional.of(5), ann.limit());
    SplitSpec measured = user(spec, "ann").validation().orElseThrow();
    assertEquals(Optional.of(SplitSpec.Format.TSV), measured.format());
    assertEquals(Optional.empty(), measured.limit());
    // A user's validation takes after the user's own rows.
    SplitSpec bob = user(spec, "bob").validation().orElseThrow();
    assertEquals(new ColumnsSpec.Labelled(List.of("a", "b"), "d"), bob.columns());
    assertTrue(spec.users().orElseThrow().validates());
    assertTrue(spec.evaluation().isPresent());
  }

  @Test
  void whereNobodyIsListedTheColumnSaysWhoThereIs() {
    RunSpec spec = user.read(ANYBODY);
    assertEquals(
        Optional.of(
            new UsersSpec(
                UsersSpec.Mode.ALONE,
                Optional.of("owner"),
                UsersSpec.LossNormalization.BATCH,
                List.of())),
        spec.users());
    assertFalse(spec.users().orElseThrow().validates());
    assertEquals(Optional.empty(), user.read(SpecFolder.LEAST).users());
  }

  @Test
  void plainTextHasUsersWithAFileEach() {
    RunSpec spec =
        user.read(
            """
            base: bases/minilm
            task: causal-lm
            data: {train: {format: text}}
            users: {mode: alone, list: {ann: {train: {file: rows.txt}}}}
            """);
    assertEquals(
        new ColumnsSpec.PlainText(Optional.empty()),
        user(spec, "ann").train().orElseThrow().columns());
    // Documents in a table can have an owner.
    assertEquals(
        Optional.of("owner"),
        user.read(ANYBODY.replace("data:", "task: causal-lm\ndata:"))
            .users()
            .orElseThrow()
            .column());
  }

  @Test
  void picturesHaveUsersWithFilesOrFolders() {
    RunSpec spec = user.read(PICTURES);
    assertEquals(
        Optional.of(SplitSpec.Format.FOLDER), user(spec, "ann").train().orElseThrow().format());
    assertEquals(
        Optional.of(SplitSpec.Format.IDX), user(spec, "bob").train().orElseThrow().format());
  }

  @Test
  void aListOfUsersIsTheSectionByTheirNames() {
    String yaml = ANYBODY.replace("owner}", "owner, list: %s}");
    RunSpec byNames = user.read(yaml.formatted("{ann: {adapter: {r: 4}}, bob: }"));
    assertEquals(List.of("ann", "bob"), names(byNames));
    assertEquals(byNames, user.read(yaml.formatted("{ann: {adapter: {r: 4}}, bob: {}}")));
    assertEquals(byNames, user.read(yaml.formatted("[{name: ann, adapter: {r: 4}}, bob]")));
    assertEquals(byNames, user.read(yaml.formatted("[{name: ann, adapter: {r: 4}}, {name: bob}]")));
    assertEquals(List.of("7", "ann"), names(user.read(yaml.formatted("[7, ann]"))));
    assertEquals(List.of("ann"), names(user.read(yaml.formatted("ann"))));
  }

  @Test
  void whatIsResolvedReadsAsAnEqualSpec() {
    assertEquals(
        """
        users:
          mode: joint
          loss_normalization: batch
          list:
            ann: {}
            bob: {}
        checkpoint:
        """,
        user.read(
                ANYBODY
                    .replace("column: owner", "column: o, list: [ann, bob]")
                    .replace("alone", "joint"))
            .resolved()
            .replaceAll("(?s).*(?=users:)", "")
            .replaceAll("(?s)(?<=checkpoint:\n).*", "")
            .replace("  column: o\n", ""));
    for (String yaml : List.of(COLUMN, FILES, ANYBODY, PICTURES)) {
      RunSpec spec = user.read(yaml);
      RunSpec again = user.read(spec.resolved());
      assertEquals(spec, again, yaml);
      assertEquals(spec.resolved(), again.resolved());
      assertEquals(spec.digest(), again.digest());
    }
  }

  @Test
  void usersCanBeAddressedByOverrides() {
    Map<String, String> overrides =
        Map.of(
            "users.list.ann.adapter.r", "7",
            "users.list.\"c.d-E_1\".joins", "3",
            "users.list.bob", "",
            "users.list.nobody", "",
            "users.list.zoe", "{}");
    RunSpec spec = user.read(COLUMN, overrides);
    assertEquals(List.of("ann", "c.d-E_1", "zoe"), names(spec));
    assertEquals(7, ((AdapterSpec.LowRank) user(spec, "ann").adapter()).r());
    assertEquals(3, user(spec, "c.d-E_1").joins());
    // A list of names is a section as well, in the file and from outside.
    String list = ANYBODY.replace("owner}", "owner, list: [ann, bob]}");
    RunSpec inFile = user.read(list, Map.of("users.list.ann.adapter.r", "4"));
    assertEquals(4, ((AdapterSpec.LowRank) user(inFile, "ann").adapter()).r());
    assertEquals(
        inFile,
        user.read(ANYBODY, Map.of("users.list", "[ann, bob]", "users.list.ann.adapter.r", "4")));
  }

  @Test
  void whoTakesPartCountsForTheDigest() {
    String joint = ANYBODY.replace("alone", "joint").replace("owner}", "owner, list: [ann, bob]}");
    RunSpec spec = user.read(joint);
    RunSpec without = user.read(joint, Map.of("users.list.bob", ""));
    assertNotEquals(spec.digest(), without.digest());
    assertEquals(List.of("users.list.bob: was {}, is absent"), without.differences(spec));
    RunSpec dotted = user.read(COLUMN, Map.of("users.list.\"c.d-E_1\".adapter.r", "3"));
    assertEquals(
        List.of("users.list.\"c.d-E_1\".adapter.r: was 2, is 3"),
        dotted.differences(user.read(COLUMN)));
  }

  @Test
  void problemsFoundLaterKnowTheUsersLines() {
    RunSpec spec = user.read(COLUMN);
    assertEquals(
        List.of(
            "cola.yaml:10: users.list.ann.adapter: x",
            "cola.yaml:11: users.list.bob.adapter: x",
            "cola.yaml:12: users.list.\"c.d-E_1\".adapter: x"),
        spec.users().orElseThrow().list().stream()
            .map(one -> spec.problem(one.key() + ".adapter", "x", "").toString())
            .collect(Collectors.toList()));
    assertEquals(
        "cola.yaml:5: users.list.bob.adapter: x",
        user.read(
                """
                base: bases/minilm
                data: {train: {file: train.tsv, text: sentence}}
                users: {mode: alone, column: o, list: [
                  ann,
                  {name: bob}]}
                """)
            .problem("users.list.bob.adapter", "x", "")
            .toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Ann", "7", "a.b", "_", "-x-", "a_b-c.d"})
  void aNameIsThatOfAFolder(String name) {
    assertTrue(UserSpec.isName(name));
    assertTrue(UserSpec.isName("a".repeat(100)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ".a", "a.", "..", "a b", "a/b", "é", "nul", "COM1.txt", "a\n"})
  void whatIsNoFolderIsNoName(String name) {
    assertFalse(UserSpec.isName(name));
    assertFalse(UserSpec.isName("a".repeat(101)));
  }

  /** The value of {@code users}, on line 4, beside rows in a file; and what is said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{column: o} | users.mode: missing; write mode: joint, alone or collaboration",
        "{mode: alnoe, column: o} | users.mode: found \"alnoe\"; did you mean \"alone\"?",
        "{mode: federated, column: o} | users.mode: found \"federated\"; did you mean \"collaboration\"?",
        "{mode: alone, column: o, loss_normalization: mean} | users.loss_normalization: found \"mean\"; one of: batch, user",
        "alone | users: found \"alone\" where a section should stand; write users: {mode: alone}",
        "{mode: alone, column: o, clients: [a]} | users.clients: unknown key; did you mean \"list\"?",
        "{mode: alone, column: sentence} | users.column: the task learns from the column \"sentence\"; name the column that says who owns a row",
        "{mode: alone, column: label} | users.column: the task learns from the column \"label\"; name the column that says who owns a row",
        // whose rows
        "{mode: alone} | users: whose rows are whose is not said; write list: {ann: {train: {file: …}}}, or column: and the column of the owners",
        "{mode: alone, list: [ann]} | users: whose rows are whose is not said; write list: {ann: {train: {file: …}}}, or column: and the column of the owners",
        // names
        "{mode: alone, column: o, list: [a b]} | users.list.a b: is no name of a user; write letters from a to z, digits, _, - and . (not as first or last), 100 at most",
        "{mode: alone, column: o, list: [ann, Ann]} | users.list.Ann: differs from \"ann\" in case only; choose another: users have folders, and some systems take these for one",
        "{mode: alone, column: o, list: [ann, ann]} | users.list.ann: stands twice in the list, first on line 4; keep one",
        "{mode: alone, column: o, list: [{joins: 1}]} | users.list: found a user without a name; write {name: ann, …}",
        "{mode: alone, column: o, list: [[ann]]} | users.list: found a list where a user's name should stand; write names, [ann, bob], or {name: ann, …} for each",
        "{mode: alone, column: o, list: [{name: [ann]}]} | users.list: found a list where a user's name should stand; write names, [ann, bob], or {name: ann, …} for each",
        "{mode: alone, column: o, list: {ann: {name: ann}}} | users.list.ann.name: the name is the key of the section; remove it",
        "{mode: alone, column: o, list: {ann: linear}} | users.list.ann: found \"linear\" where a section should stand; write ann: {adapter: linear}",
        // a user's section
        "{mode: alone, column: o, list: {ann: {r: 4}}} | users.list.ann.r: unknown key; did you mean \"adapter.r\"?",
        "{mode: alone, column: o, list: {ann: {adapter: {rank: 4}}}} | users.list.ann.adapter.rank: unknown key; did you mean \"r\"?",
        "{mode: alone, column: o, list: {ann: {adapter: {kind: mlp, r: 4}}}} | users.list.ann.adapter.r: has no meaning with kind: mlp; remove it, or write kind: low-rank",
        "{mode: alone, column: o, list: {ann: {adapter: {r: 0}}}} | users.list.ann.adapter.r: found 0; write a whole number, at least 1",
        "{mode: alone, column: o, list: {ann: {train: {text: a}}}} | users.list.ann.train.file: missing; write the data file: .tsv, .csv or .jsonl",
        "{mode: alone, column: o, list: {ann: {train: {file: an.tsv}}}} | users.list.ann.train.file: \"an.tsv\" does not exist; did you mean \"ann.tsv\" or \"train.tsv\"?",
        "{mode: alone, column: o, list: {ann: {train: {file: ann.tsv, prompt: a}}}} | users.list.ann.train.prompt: has no meaning with task: sequence-classification; remove it, or write task: causal-lm",
        "{mode: alone, column: o, list: {ann: {train: {file: ann.tsv, text_column: a}}}} | users.list.ann.train.text_column: unknown key; did you mean \"text\"?",
        "{mode: alone, column: o, list: {ann: {validation: {file: ann.tsv}}, bob: }} | users.list.bob.validation: missing; write it for every user, or for none",
        // who takes part when
        "{mode: alone, column: o, list: {ann: {joins: 4}, bob: }} | users.list.ann.joins: epoch 4 comes after the last one, 3; write an epoch that there is, or more training.epochs",
        "{mode: alone, column: o, list: {ann: {joins: 2, leaves: 2}, bob: }} | users.list.ann.leaves: epoch 2 is not after epoch 2, in which the user joins; write the first epoch without the user",
        "{mode: alone, column: o, list: {ann: {joins: 0}}} | users.list.ann.joins: found 0; write a whole number, at least 1",
        "{mode: alone, column: o, list: {ann: {joins: 2}, bob: {joins: 3}}} | users.list: nobody takes part in epoch 1; change joins or leaves of a user",
        "{mode: alone, column: o, list: {ann: {leaves: 2}, bob: {joins: 3}}} | users.list: nobody takes part in epoch 2; change joins or leaves of a user",
        "{mode: alone, column: o, list: {ann: {leaves: 3}, bob: {leaves: 2}}} | users.list: nobody takes part in epoch 3; change joins or leaves of a user",
        // one adapter for all
        "{mode: joint, column: o, list: {ann: {adapter: {r: 4}}}} | users.list.ann.adapter: with mode: joint there is one adapter, of all users and all epochs; remove it, or write mode: alone or collaboration",
        "{mode: joint, column: o, list: {ann: {joins: 2}}} | users.list.ann.joins: with mode: joint there is one adapter, of all users and all epochs; remove it, or write mode: alone or collaboration",
        "{mode: joint, column: o, list: {ann: {leaves: 2}}} | users.list.ann.leaves: with mode: joint there is one adapter, of all users and all epochs; remove it, or write mode: alone or collaboration",
      })
  void wrongUsersAreExplained(String users, String complaint) {
    assertEquals(
        "cola.yaml:4: " + complaint,
        user.complaint(SpecFolder.LEAST + "users: " + users + "\ntraining: {epochs: 3}\n"));
  }

  /** Task and data, the users below them, and what is said of line 3 or 4. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sequence-classification | train: {text: a} | column: o | 3: data.train.file: missing; write the data file: .tsv, .csv or .jsonl",
        "sequence-classification | train: {text: a} | list: {ann: {train: {file: ann.tsv}}, bob: } | 4: users.list.bob.train: missing; write the user's file, or users.column",
        "sequence-classification | train: {text: a, file: train.tsv} | list: {ann: {train: {file: ann.tsv}}} | 3: data.train.file: nobody owns its rows; write users.column, which says who does, or remove it: each user has a file",
        "sequence-classification | train: {text: a, limit: 5} | list: {ann: {train: {file: ann.tsv}}} | 3: data.train.limit: there is no file to limit; write it beside the users' files",
        "sequence-classification | train: {text: a, quotes: true} | list: {ann: {train: {file: ann.tsv}}} | 3: data.train.quotes: of which format is not said; write format: csv as well, or tsv",
        "sequence-classification | train: {text: a} | list: {ann: {train: {file: rows.txt}}} | 4: users.list.ann.train.format: missing; write format: tsv, csv or jsonl; the file's name does not say",
        "sequence-classification | {train: {text: a}, validation: {file: test.tsv}} | list: {ann: {train: {file: ann.tsv}, validation: {file: bob.csv}}} | 3: data.validation: cannot stand beside files of the users' own; keep one",
        "causal-lm | train: {file: rows.txt} | column: o, list: {ann: {train: {file: rows.txt}}} | 4: users.column: a file of format: text has no columns; write train: for each user in users.list, or name a .tsv, .csv or .jsonl file",
        "causal-lm | train: {format: text} | list: [ann] | 4: users: whose rows are whose is not said; write list: {ann: {train: {file: …}}}",
        "causal-lm | train: {file: train.tsv, prompt: p, response: r} | column: p | 4: users.column: the task learns from the column \"p\"; name the column that says who owns a row",
        "causal-lm | train: {file: train.tsv, messages: m} | column: m | 4: users.column: the task learns from the column \"m\"; name the column that says who owns a row",
        "sequence-to-sequence | train: {file: train.tsv, source: s, target: t} | column: t | 4: users.column: the task learns from the column \"t\"; name the column that says who owns a row",
        "image-classification | image_size: [28, 28] | column: o, list: {ann: {train: {file: pictures}}} | 4: users.column: pictures have no columns; write train: for each user in users.list",
        "image-classification | train: {file: pictures} | list: {ann: {train: {file: pictures}}} | 3: data.train.file: nobody owns its rows; remove it: each user has a file",
        "image-classification | train: {labels: labels.gz} | list: {ann: {train: {file: pictures}}} | 3: data.train.labels: there is no file of pictures; write both, or none",
      })
  void rowsThatAreNobodysAreExplained(String task, String data, String users, String complaint) {
    String base = task.equals("image-classification") ? "cnn" : "bases/minilm";
    String yaml =
        "base: %s\ntask: %s\ndata: %s\nusers: {mode: alone, %s}\n"
            .formatted(base, task, data.startsWith("{") ? data : "{" + data + "}", users);
    assertEquals("cola.yaml:" + complaint, user.complaint(yaml));
  }

  /** What is merged cannot be each user's own, nor what is not linear. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "alone | list: [ann] | low-rank | with users alone each row has adapters of its own, and the base's weights hold one for all; write merged: false, or users.mode: collaboration",
        "collaboration | list: {ann: {adapter: {kind: mlp}}, bob: } | low-rank | the mlp adapter of ann is not linear in its input, so weights cannot hold it; write merged: false, or take kind: low-rank or linear",
        "collaboration | list: {ann: {adapter: {lora_dropout: 0.5}}} | low-rank | lora_dropout of ann drops out inputs of the adapter, which merged weights cannot; write merged: false, or lora_dropout: 0",
        "collaboration | list: {} | mlp | the mlp adapter is not linear in its input, so weights cannot hold it; write merged: false, or take kind: low-rank or linear",
        "joint | list: [ann] | mlp | the mlp adapter is not linear in its input, so weights cannot hold it; write merged: false, or take kind: low-rank or linear",
      })
  void whatCannotBeMergedIsRefused(String mode, String list, String kind, String complaint) {
    assertEquals(
        "cola.yaml:4: gradient_learning.merged: " + complaint,
        user.complaint(
            SpecFolder.LEAST
                + "gradient_learning: {merged: true}\nusers: {mode: %s, column: o, %s}\nadapter: {kind: %s}\n"
                    .formatted(mode, list, kind)));
  }

  /** The best of all together would end everybody's training. */
  @Test
  void aloneNobodyIsStoppedByOthersRows() {
    String told =
        "evaluation.patience: with users alone nobody's training ends by what others' rows say; remove it: each user's best adapter is kept anyway";
    String evaluation = "evaluation: {every: 5, patience: 3}\n";
    String measured = ANYBODY.replace("sentence}", "sentence}, validation: {file: test.tsv}");
    assertEquals("cola.yaml:4: " + told, user.complaint(measured + evaluation));
    assertEquals("override: " + told, user.complaint(measured, Map.of("evaluation.patience", "3")));
    assertEquals(
        "cola.yaml:8: " + told, user.complaint(FILES.replace("joint", "alone") + evaluation));
    for (String mode : List.of("joint", "collaboration")) {
      RunSpec spec = user.read(measured.replace("alone", mode) + evaluation);
      assertEquals(Optional.of(3), spec.evaluation().orElseThrow().patience());
    }
  }

  @Test
  void linearAdaptersOfAllUsersCanBeMerged() {
    // The one at the top is nobody's.
    assertTrue(
        user.read(
                SpecFolder.LEAST
                    + """
                    gradient_learning: {merged: true}
                    adapter: {kind: mlp}
                    users:
                      mode: collaboration
                      column: o
                      list: {ann: {adapter: {kind: linear}}, bob: {adapter: {kind: a.B}}}
                    """)
            .gradientLearning()
            .merged());
  }

  @ParameterizedTest
  @CsvSource({"causal-lm,messages", "sequence-to-sequence,target", "causal-lm,response"})
  void aColumnThatIsWrongIsNobodys(String task, String key) {
    String complaint =
        user.complaint(
            ANYBODY
                .replace("data:", "task: " + task + "\ndata:")
                .replace("text: sentence", "source: b, " + key + ": [c]"));
    assertTrue(complaint.contains("data.train." + key + ": found a list; write a name"), complaint);
  }

  @Test
  void oneErrorIsToldOnce() {
    assertEquals(
        "cola.yaml:4: adapter.kind: found \"lienar\"; did you mean \"linear\"?",
        user.complaint(
            SpecFolder.LEAST
                + """
                adapter: {kind: lienar, bias: true}
                users: {mode: alone, column: o, list: {ann: {adapter: {bias: false}}}}
                """));
    assertEquals(
        "cola.yaml:5: training.epochs: found \"many\"; write a whole number, at least 1",
        user.complaint(
            SpecFolder.LEAST
                + """
                users: {mode: alone, column: o, list: {ann: , bob: {joins: 2}}}
                training: {epochs: many}
                """));
  }
}
