package io.github.cola4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Anybody can make the owners' table again. */
class OwnersTest {
  private static final Path DATA = Path.of("../data/sst2");

  @Test
  void theTableIsWhatTheProgramMakes() throws IOException {
    assertEquals(
        Files.readString(DATA.resolve("owners.tsv")), Owners.table(DATA.resolve("train.tsv")));
  }
}
