package io.github.cola4j.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** JSON as Python's json module reads and writes it (indent=2), NaN and Infinity included. */
final class JsonFile {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");

  private static final ObjectWriter WRITER =
      MAPPER.writer(
          new DefaultPrettyPrinter(
                  Separators.createDefaultInstance()
                      .withObjectFieldValueSpacing(Spacing.AFTER)
                      .withObjectEmptySeparator("")
                      .withArrayEmptySeparator(""))
              .withObjectIndenter(INDENTER)
              .withArrayIndenter(INDENTER));

  private JsonFile() {}

  /**
   * Reads a file that holds one object.
   *
   * @param ifMissing what to say, and advise, where there is no such file
   */
  static ObjectNode readObject(Path file, String ifMissing) {
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, ifMissing, e);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " (line %d, column %d)"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new CheckpointException(
          file,
          "is not JSON%s: %s; correct it, or download or copy it again"
              .formatted(where, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
    if (root instanceof ObjectNode object) {
      if (isBroken(object)) {
        throw new CheckpointException(
            file, "holds half of a character (a lone surrogate); correct it");
      }
      return object;
    }
    throw new CheckpointException(file, "is not a JSON object; download or copy it again");
  }

  /** Whether a text in it is none that can be written again. */
  private static boolean isBroken(JsonNode node) {
    if (node.isTextual()) {
      return isBroken(node.textValue());
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (isBroken(entry.getKey())) {
        return true;
      }
    }
    for (JsonNode child : node) {
      if (isBroken(child)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBroken(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** The node as text with a newline at its end; keys in the node's order. */
  static String text(JsonNode node) {
    try {
      return WRITER.writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
