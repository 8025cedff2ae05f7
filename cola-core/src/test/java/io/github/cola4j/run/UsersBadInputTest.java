package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.cola4j.worker.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of rows whose owners are wrong. Nothing is left behind. */
class UsersBadInputTest {
  private static final String COLUMN = "users={mode: alone, column: owner}";
  private static final String LISTED = "users={mode: alone, column: owner, list: [ann, bob]}";

  @TempDir Path folder;
  private SmallProject project;

  @BeforeEach
  void project() {
    project = Owned.bert(folder, "ann", "bob");
  }

  private void assertComplaint(String text, String... overrides) {
    Failure failure = project.complaint(overrides);
    assertEquals(text, failure.text());
    assertEquals(Failure.Kind.USER, failure.kind());
    assertFalse(Files.exists(project.output()), "something was left behind");
  }

  private Path train() {
    return folder.resolve("train.tsv");
  }

  @Test
  void noColumnOfTheOwners() {
    project.write("train.tsv", project.read("train.tsv").replace("\towner", "\tonwer"));
    for (String users : new String[] {COLUMN, LISTED}) {
      assertComplaint(
          train()
              + ", line 1: no column 'owner'; it has: 'sentence', 'label', 'onwer'. Did you mean 'onwer'?",
          users);
    }
  }

  @ParameterizedTest
  @CsvSource({"../ann", "ann bob", "con", ".ann"})
  void anOwnerWhoseNameIsNoFolders(String name) {
    project.write("train.tsv", project.read("train.tsv") + "the coffee\t1\t" + name + "\n");
    assertComplaint(
        train()
            + ", line 46: '"
            + name
            + "' is no name of a user. Write letters from a to z, digits, _, - and . (not as first or last), 100 at most.",
        COLUMN);
  }

  @Test
  void ownersThatDifferInCaseOnly() {
    project.write("train.tsv", project.read("train.tsv") + "the coffee\t1\tBob\n");
    assertComplaint(
        train()
            + ", line 46: the owners 'bob' and 'Bob' differ in case only. Write them alike, or choose another name: users have folders.",
        COLUMN);
  }

  @ParameterizedTest
  @ValueSource(strings = {COLUMN, LISTED})
  void anEmptyOwner(String users) {
    project.write("train.tsv", project.read("train.tsv") + "the coffee\t1\t \n");
    assertComplaint(
        train()
            + ", line 46: the owner (column 'owner') is empty. Say whose the row is, or leave it out.",
        users);
    project.write(
        "train.jsonl",
        """
        {"sentence": "the coffee", "label": 1, "owner": "ann"}
        {"sentence": "the coffee", "label": 1, "owner": ""}
        """);
    assertComplaint(
        folder.resolve("train.jsonl")
            + ", line 2: the owner 'owner' is \"\". Write a whole number or a name that is not empty.",
        users,
        "data.train.file=train.jsonl");
  }

  @Test
  void aListedUserWithoutRows() {
    assertComplaint(
        train() + ": no row that was read belongs to the user 'bobb'. Did you mean 'bob'?",
        "users={mode: alone, column: owner, list: [ann, bobb]}");
    String without =
        train()
            + ": no row that was read belongs to the user '%s'. Correct the column 'owner', raise the limit if there is one, or take the user out of users.list.";
    assertComplaint(
        without.formatted("zoe"), "users={mode: alone, column: owner, list: [ann, zoe]}");
    // Bob is there as well, so he is not meant.
    assertComplaint(
        without.formatted("bobb"), "users={mode: alone, column: owner, list: [ann, bob, bobb]}");
    project.write("zoe.tsv", SmallProject.rows(4, 5));
    assertComplaint(
        without.formatted("dan"),
        "users={mode: alone, column: owner, list: {ann: {}, bob: {}, dan: {}, zoe: {train: {file: zoe.tsv}}}}");
    assertComplaint(without.formatted("bob"), LISTED, "data.train.limit=1");
  }

  @Test
  void validationOfOthersOnly() {
    project.write("validation.tsv", Owned.turns(SmallProject.rows(4, 2), "dan"));
    assertComplaint(
        folder.resolve("validation.tsv")
            + ": has no row of a user who learns. Correct the column 'owner'.",
        LISTED);
  }

  /** There is no model that their rows could be measured with. */
  @Test
  void aloneValidationOfSomebodyWhoLearnsNothing() {
    project.write("validation.tsv", Owned.turns(SmallProject.rows(4, 2), "ann", "bob", "dan"));
    String complaint =
        folder.resolve("validation.tsv")
            + ", line 4: the owner '%s' has no row in data.train to learn from. Correct the column 'owner', raise the limit of data.train if there is one, or name those who learn in users.list: rows of others are left out then.";
    assertComplaint(complaint.formatted("dan"), COLUMN);
    // Among those who were read: Bob's first row is the second.
    project.write("validation.tsv", Owned.turns(SmallProject.rows(4, 2), "ann", "ann", "bob"));
    assertComplaint(complaint.formatted("bob"), COLUMN, "data.train.limit=1");
  }

  @Test
  void aUserWithAFileToMeasureOnAndNoneToLearnFrom() {
    project.write("zoe.tsv", SmallProject.rows(4, 5));
    assertComplaint(
        train()
            + ": no row that was read belongs to the user 'zoe'. Correct the column 'owner', raise the limit if there is one, or take the user out of users.list.",
        "data.validation=",
        "users={mode: alone, column: owner, list: {ann: {validation: {file: zoe.tsv}}, zoe: {validation: {file: zoe.tsv}}}}");
  }

  @Test
  void aUsersTextThatIsTooShort() {
    project =
        SmallProject.of(
            folder.resolve("gpt2"),
            "gpt2",
            """
            base: base
            task: causal-lm
            data: {train: {file: train.tsv, text: text}, max_length: 12}
            users: {mode: alone, column: owner}
            """);
    project.write("train.tsv", "text\towner\nthe coffee shop\tann\n\tbob\n");
    assertComplaint(
        project.folder().resolve("train.tsv")
            + ": what it holds of the user 'bob' is less than two tokens of text. Give that user more text, or leave the user out.");
  }

  @Test
  void aUsersFileWithOtherColumns() {
    project.write("ann.tsv", "text\tlabel\nthe coffee\t1\n");
    project.write("bob.tsv", SmallProject.rows(4, 2));
    assertComplaint(
        folder.resolve("ann.tsv")
            + ", line 1: no column 'sentence'; it has: 'text', 'label'. Name one of these; the first line must name the columns.",
        "data={train: {text: sentence}, max_length: 32}",
        "users={mode: alone, list: {ann: {train: {file: ann.tsv}}, bob: {train: {file: bob.tsv}}}}");
  }

  @Test
  void targetsOfAUserThatMatchNothing() {
    String users = "users={mode: alone, column: owner, list: {ann: {}, bob: {adapter: {%s}}}}";
    assertComplaint(
        "override: users.list.bob.adapter.target_modules: no module of the base is named \"quary\"; did you mean \"query\"?",
        users.formatted("target_modules: [quary]"));
    assertComplaint(
        "override: users.list.bob.adapter.layers_to_transform: the base has no layer 4; its layers are 0 to 1",
        users.formatted("layers_to_transform: [4]"));
  }
}
