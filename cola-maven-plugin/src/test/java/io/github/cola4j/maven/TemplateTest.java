package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether they can be trained, cola-core's TemplatesTest tells. */
class TemplateTest {
  private static final Path FOLDER = Path.of("..", "templates", "cola");

  @Test
  void everyFileIsListed() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertEquals(
          Template.NAMES.stream().map(name -> name + ".yaml").sorted().toList(),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void itIsTheFile() throws IOException {
    for (Template template : Template.all()) {
      assertEquals(Files.readString(FOLDER.resolve(template.name() + ".yaml")), template.text());
    }
  }

  @Test
  void itsFirstLineSaysWhatItIsFor() {
    List<String> purposes = Template.all().stream().map(Template::purpose).toList();
    assertEquals(purposes.size(), purposes.stream().distinct().count());
    purposes.forEach(purpose -> assertTrue(purpose.matches("[A-Z].{20,119}\\."), purpose));
  }
}
