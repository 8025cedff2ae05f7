package io.github.cola4j.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a base says of its tokens beside {@code tokenizer.json}: its {@code tokenizer_config.json}
 * and {@code chat_template.jinja}, both of which may be missing.
 *
 * @param bos the token that a text begins with, {@code bos_token}
 * @param eos the token that a text ends with, {@code eos_token}
 * @param chatTemplate how a conversation becomes a text; of several templates the one called {@code
 *     default}
 */
public record TokenizerConfig(
    Optional<String> bos, Optional<String> eos, Optional<String> chatTemplate) {

  /**
   * Reads what a base's folder has.
   *
   * @throws DataException where a file cannot be read
   */
  public static TokenizerConfig read(Path folder) {
    Path file = folder.resolve("tokenizer_config.json");
    Path template = folder.resolve("chat_template.jinja");
    try {
      JsonNode config = new ObjectMapper().createObjectNode();
      if (Files.exists(file)) {
        config = new ObjectMapper().readTree(file.toFile());
      }
      return new TokenizerConfig(
          token(config.path("bos_token")),
          token(config.path("eos_token")),
          // A file of its own is what transformers takes too where there are both.
          Files.exists(template)
              ? Optional.of(Files.readString(template))
              : template(config.path("chat_template")));
    } catch (JsonProcessingException e) {
      throw unreadable(file, "is not JSON (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw unreadable(folder, "cannot be read (" + e + ")", e);
    }
  }

  /** A token as its text, or as an object that has the text as its content. */
  private static Optional<String> token(JsonNode value) {
    return Optional.ofNullable((value.isObject() ? value.path("content") : value).textValue())
        .filter(token -> !token.isEmpty());
  }

  private static Optional<String> template(JsonNode value) {
    if (value.isArray()) {
      for (JsonNode named : value) {
        if (named.path("name").asText().equals("default")) {
          return Optional.ofNullable(named.path("template").textValue());
        }
      }
    }
    return Optional.ofNullable(value.textValue());
  }

  private static DataException unreadable(Path file, String problem, IOException cause) {
    DataException e = new DataException(file, 0, problem, "Download or copy the base again");
    e.initCause(cause);
    return e;
  }
}
