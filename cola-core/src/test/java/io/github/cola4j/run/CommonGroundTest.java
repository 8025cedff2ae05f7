package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.cola4j.spec.RunSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods may differ in a comparison; what is learned and how it is measured may not. */
class CommonGroundTest {
  @TempDir Path folder;
  private SmallProject project;

  @BeforeEach
  void project() {
    project = Owned.bert(folder, "ann", "bob");
    project.write("same.tsv", project.read("train.tsv"));
    project.write("other.tsv", project.read("train.tsv") + "a city\t0\tann\n");
  }

  private RunSpec spec(String... overrides) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String override : overrides) {
      values.put(override.replaceAll("=.*", ""), override.replaceAll("^[^=]*=", ""));
    }
    return RunSpec.read(folder.resolve("cola.yaml"), values);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "adapter={kind: mlp}",
        "training={epochs: 5, batch_size: 8, seed: 1}",
        "gradient_learning={merged: true, interval: 2}",
        "evaluation={every: 3, keep: last, batch_size: 2}",
        "users={mode: collaboration, column: owner}",
        "data.train.file=same.tsv",
        "gates={accuracy: '>= 1'}",
        "output=elsewhere"
      })
  void whatIsCompared(String override) {
    String users =
        override.startsWith("users") ? "users={mode: alone, column: owner}" : "threads=1";
    assertEquals(List.of(), CommonGround.differences(spec(users), spec(override)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.train.file=other.tsv | the content of data.train",
        "data.train.limit=7 | data.train.limit: absent, and 7",
        "data.max_length=8 | data.max_length: 32, and 8",
        "data.labels=[bad, good] | data.labels: absent, and [\"bad\", \"good\"]",
        "evaluation.limit=9 | evaluation.limit: absent, and 9",
        "evaluation.metric=f1 | evaluation.metric: accuracy, and f1",
        "task=sequence-regression | task: sequence-classification, and sequence-regression;evaluation.metric: accuracy, and pearson",
        "data.validation= | data.validation: only one of them has it"
      })
  void whatMustNotDiffer(String override, String told) {
    List<String> differences = CommonGround.differences(spec(), spec(override));
    for (String line : told.split(";")) {
      assertEquals(
          1, differences.stream().filter(line::equals).count(), () -> differences.toString());
    }
  }

  @Test
  void filesOfUsers() {
    String[] users = {
      "users={mode: alone, list: {ann: {train: {file: train.tsv}}}}", "data.train.file="
    };
    RunSpec one = spec(users);
    assertEquals(
        List.of(),
        CommonGround.differences(one, spec(users[0].replace("train.tsv", "same.tsv"), users[1])));
    assertEquals(
        List.of("the content of users.list.ann.train"),
        CommonGround.differences(one, spec(users[0].replace("train.tsv", "other.tsv"), users[1])));
  }
}
