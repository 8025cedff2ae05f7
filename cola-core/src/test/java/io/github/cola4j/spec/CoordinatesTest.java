package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a spec names by coordinates. */
class CoordinatesTest {
  private static final String YAML =
      """
      base: hf:acme/minilm@v1
      data:
        train: {file: "mvn:com.acme:reviews:1.0:train@tsv", text: sentence}
        validation: {file: "hf:datasets/acme/reviews:test.csv"}
      """;

  @TempDir Path folder;
  private SpecFolder user;

  @BeforeEach
  void makeFiles() {
    user = SpecFolder.in(folder);
    folder = user.folder();
  }

  private RunSpec read(Sources sources) {
    return RunSpec.parse(YAML, folder.resolve("cola.yaml"), Map.of(), sources);
  }

  private Map<String, Sources.Fetched> all() {
    return Map.of(
        "hf:acme/minilm@v1", new Sources.Fetched(folder.resolve("bases/minilm"), "c0ffee"),
        "mvn:com.acme:reviews:1.0:train@tsv",
            new Sources.Fetched(folder.resolve("train.tsv"), "1.0"),
        "hf:datasets/acme/reviews:test.csv",
            new Sources.Fetched(folder.resolve("pairs.csv"), "beef"));
  }

  @Test
  void whatIsLackingIsToldWithItsPlace() {
    UnfetchedException lacking = assertThrows(UnfetchedException.class, () -> read(Sources.NONE));
    assertEquals(
        List.of(
            new Coordinate("cola.yaml", 1, "base", "hf:acme/minilm@v1", Coordinate.Kind.MODEL, ""),
            new Coordinate(
                "cola.yaml",
                3,
                "data.train.file",
                "mvn:com.acme:reviews:1.0:train@tsv",
                Coordinate.Kind.FILE,
                ""),
            new Coordinate(
                "cola.yaml",
                4,
                "data.validation.file",
                "hf:datasets/acme/reviews:test.csv",
                Coordinate.Kind.FILE,
                "")),
        lacking.coordinates());
    assertTrue(lacking.getMessage().startsWith("3 problems:"), lacking.getMessage());
  }

  @Test
  void nothingIsLackingWhereSomethingIsWrong() {
    SpecException wrong =
        assertThrows(
            SpecException.class,
            () ->
                RunSpec.parse(
                    YAML + "trainng: {epochs: 1}\n", folder.resolve("cola.yaml"), Map.of()));
    assertFalse(wrong instanceof UnfetchedException);
    assertEquals(1, wrong.problems().size());
  }

  @Test
  void whatWasFetchedIsRead() {
    RunSpec spec = read(new Sources(all(), true));
    assertEquals(folder.resolve("bases/minilm"), spec.baseFolder().path());
    assertEquals("hf:acme/minilm@v1", spec.baseFolder().asWritten());
    assertEquals(SplitSpec.Format.TSV, spec.data().train().format().orElseThrow());
    // The coordinates are the run's, not where they happened to be.
    assertTrue(spec.resolved().contains("base: hf:acme/minilm@v1"), spec.resolved());
    assertFalse(spec.resolved().contains(folder.toString()));
    assertEquals(
        spec,
        RunSpec.parse(
            spec.resolved(), folder.resolve("cola.yaml"), Map.of(), new Sources(all(), true)));
  }

  @Test
  void aFileMustBeThere() {
    Map<String, Sources.Fetched> gone =
        Map.of("hf:acme/minilm@v1", new Sources.Fetched(folder.resolve("gone"), "c0ffee"));
    SpecException wrong = assertThrows(SpecException.class, () -> read(new Sources(gone, true)));
    assertTrue(
        wrong.getMessage().contains("\"hf:acme/minilm@v1\" does not exist"), wrong.getMessage());
  }

  @Test
  void theSpecOfAFinishedRunNeedsNoFiles() {
    String resolved = read(new Sources(all(), true)).resolved();
    RunSpec later =
        RunSpec.parse(
            resolved,
            folder.resolve("elsewhere/spec.yaml"),
            Map.of(),
            new Sources(Map.of(), false));
    assertEquals(resolved, later.resolved());
    Sources nothing = new Sources(Map.of(), false);
    assertEquals(
        resolved, RunSpec.parse(YAML, folder.resolve("cola.yaml"), Map.of(), nothing).resolved());
    assertEquals(
        List.of("base", "data.train.file", "data.validation.file"),
        later.origin().coordinates().stream().map(Coordinate::key).toList());
  }

  @Test
  void anOutputIsAFolderOfThisMachine() {
    assertEquals(
        "cola.yaml:5: output: \"hf:acme/out\" is no folder of this machine; name a folder",
        user.complaint(SpecFolder.LEAST + "output: hf:acme/out\n")
            .replaceAll("yaml:\\d+", "yaml:5"));
  }

  @Test
  void imagesHaveNoStoredBase() {
    assertTrue(
        user.complaint("task: image-classification\nbase: hf:acme/vit\ndata: {train: pictures}\n")
            .contains("the model in \"hf:acme/vit\" does not learn images"));
  }
}
