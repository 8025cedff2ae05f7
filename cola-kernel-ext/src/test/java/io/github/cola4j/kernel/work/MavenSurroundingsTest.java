package io.github.cola4j.kernel.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.source.Source;
import io.github.cola4j.worker.DeviceChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MavenSurroundingsTest {
  @TempDir Path temp;

  private MavenHome home;
  private MavenSurroundings surroundings;

  @BeforeEach
  void aUser() throws IOException {
    home = new MavenHome(temp.resolve(".m2"), Optional.empty(), Optional.empty());
    Files.createDirectories(home.folder());
    surroundings = new MavenSurroundings(new UserRepositories(home));
  }

  @Test
  void brokenSettingsEndTheCellThatNeedsALibrary() throws IOException {
    Files.writeString(home.settings(), "<settings>\n<mirrors>\n</settings>\n");
    Workshop workshop = new Workshop(surroundings, temp);

    CellError error =
        assertThrows(CellError.class, () -> workshop.natives(DeviceChoice.CPU, event -> {}));

    assertTrue(error.getMessage().startsWith("~/.m2/settings.xml:3:"), error.getMessage());
    assertTrue(
        error.getMessage().endsWith(", perhaps you should correct this file of Maven's settings"),
        error.getMessage());
  }

  @Test
  void aSpecInACellIsToldWhatOfItIsNotHere() throws IOException {
    Files.writeString(home.settings(), "<settings><offline>true</offline></settings>");
    assertEquals(
        List.of("hf", "mvn"),
        surroundings.fetching(event -> {}).from().stream().map(Source::scheme).toList());

    CellError error =
        assertThrows(
            CellError.class,
            () ->
                new Workshop(surroundings, temp)
                    .parse(
                        """
                        base: mvn:it.acme:tiny:1.0
                        data:
                          train: {file: "mvn:it.data:reviews:1.0@tsv", text: text}
                          validation: {file: "mvn:it.data:reviews-zip:1.0!data/review.tsv"}
                          max_length: 64
                        adapter: {target_modules: [query]}
                        training: {batch_size: 4}
                        device: cpu
                        threads: 1
                        """,
                        Map.of(),
                        event -> {}));

    assertTrue(
        error
            .getMessage()
            .contains(
                "base: it.acme:tiny:zip:1.0 is not in the local repository, and Maven is offline;"
                    + " remove <offline> from ~/.m2/settings.xml, and run the cell again"),
        error.getMessage());
  }
}
