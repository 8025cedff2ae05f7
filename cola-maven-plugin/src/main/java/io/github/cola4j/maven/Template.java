package io.github.cola4j.maven;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A {@code cola.yaml} to begin with, with comments that say what to change.
 *
 * @param name by which users ask for it
 * @param text the file
 */
record Template(String name, String text) {
  /** In the order in which they are listed: each is a file of {@code templates/cola}. */
  static final List<String> NAMES =
      List.of(
          "text-classification",
          "text-pairs",
          "regression",
          "causal-lm",
          "instructions",
          "chat",
          "summarization",
          "images",
          "collaboration",
          "one-model-each");

  static List<Template> all() {
    return NAMES.stream().map(Template::read).toList();
  }

  static Optional<Template> of(String name) {
    return NAMES.stream().filter(name::equals).findFirst().map(Template::read);
  }

  /** What it is for: the comment in its first line. */
  String purpose() {
    return text.lines().findFirst().orElse("").replaceFirst("^#\\s*", "");
  }

  private static Template read(String name) {
    try (InputStream file = Template.class.getResourceAsStream("templates/" + name + ".yaml")) {
      if (file == null) {
        throw new IllegalStateException("the plugin's jar lacks its template " + name);
      }
      return new Template(name, new String(file.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
