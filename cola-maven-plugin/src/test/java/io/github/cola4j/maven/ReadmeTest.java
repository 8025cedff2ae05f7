package io.github.cola4j.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.spec.RunSpec;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README and its pages say of the plugin, and of the spec, holds. */
class ReadmeTest {
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  @Test
  void itsSpecCanBeRead(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("models/minilm-l6"));
    Files.createFile(folder.resolve("train.tsv"));
    Files.createFile(folder.resolve("test.tsv"));
    Matcher yaml = YAML.matcher(readme());
    assertTrue(yaml.find());
    RunSpec spec = RunSpec.parse(yaml.group(1), folder.resolve("cola.yaml"), Map.of());
    assertEquals("models/minilm-l6", spec.base().asWritten());
  }

  @Test
  void thePropertiesAreAllNamed() throws IOException, IllegalAccessException {
    String properties = page("docs/properties.md");
    List<String> unnamed = new ArrayList<>();
    for (Field property : PropertyNames.class.getDeclaredFields()) {
      if (!property.isSynthetic() && !properties.contains("`" + property.get(null) + "`")) {
        unnamed.add(property.getName());
      }
    }
    assertEquals(List.of(), unnamed);
  }

  private static String readme() throws IOException {
    return page("README.md");
  }

  private static String page(String file) throws IOException {
    return Files.readString(Path.of("..").resolve(file));
  }
}
