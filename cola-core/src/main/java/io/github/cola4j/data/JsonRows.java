package io.github.cola4j.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.advice.NearMiss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The rows of a JSON file: an object a line, or one array of objects. */
final class JsonRows implements RowSource {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Reads what must hold one value and nothing behind it. */
  private static final ObjectReader WHOLE =
      JSON.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path file;
  private final List<Column> columns;
  private final Utf8Lines lines;

  /** Null where each line is an object. */
  private final JsonParser array;

  /** Whether the array's bracket was read. */
  private boolean begun;

  private JsonNode last;

  private JsonRows(Path file, List<Column> columns, Utf8Lines lines, JsonParser array) {
    this.file = file;
    this.columns = columns;
    this.lines = lines;
    this.array = array;
  }

  static JsonRows ofLines(Path file, List<Column> columns) {
    return new JsonRows(file, columns, new Utf8Lines(file), null);
  }

  static JsonRows ofArray(Path file, List<Column> columns) {
    Utf8Lines lines = new Utf8Lines(file);
    try {
      return new JsonRows(file, columns, lines, JSON.createParser(lines.reader()));
    } catch (IOException e) {
      throw lines.unreadable(e);
    }
  }

  @Override
  public Row next() {
    try {
      return array == null ? nextLine() : nextElement();
    } catch (JsonProcessingException e) {
      int line =
          array != null && e.getLocation() != null ? e.getLocation().getLineNr() : lines.line();
      DataException problem =
          new DataException(file, line, "is not JSON (" + reason(e) + ")", "Correct the line");
      problem.initCause(e);
      throw problem;
    } catch (IOException e) {
      throw lines.unreadable(e);
    }
  }

  @Override
  public ObjectNode whole() {
    return (ObjectNode) last;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private Row nextLine() throws IOException {
    String text;
    do {
      text = lines.next();
      if (text == null) {
        return null;
      }
    } while (text.isBlank());
    if (lines.line() == 1 && text.stripLeading().startsWith("[")) {
      throw new DataException(
          file,
          1,
          "is a JSON array, not an object a line",
          "Write each object on a line of its own, as jq -c '.[]' " + file.getFileName() + " does");
    }
    return row(lines.line(), WHOLE.readTree(text));
  }

  private Row nextElement() throws IOException {
    if (!begun) {
      begun = true;
      JsonToken start = array.nextToken();
      if (start == null) {
        return null;
      }
      if (start != JsonToken.START_ARRAY) {
        throw new DataException(
            file,
            array.currentTokenLocation().getLineNr(),
            "is not a JSON array",
            "Write [ object, object, … ], or read it as jsonl if each line is an object");
      }
    }
    if (array.nextToken() == JsonToken.END_ARRAY) {
      if (array.nextToken() != null) {
        throw new DataException(
            file,
            array.currentTokenLocation().getLineNr(),
            "goes on behind the array",
            "Put all rows into one array");
      }
      return null;
    }
    int line = array.currentTokenLocation().getLineNr();
    return row(line, JSON.readTree(array));
  }

  /** Without where an open bracket began, which Jackson cannot say of a line. */
  private static String reason(JsonProcessingException e) {
    return e.getOriginalMessage().replaceAll(" \\(start marker at .*", "");
  }

  private Row row(int line, JsonNode object) {
    if (!object.isObject()) {
      throw new DataException(
          file, line, "is not a JSON object", "Write {\"column\": value, …} for each row");
    }
    last = object;
    return new Row(line, columns.stream().map(column -> value(line, object, column)).toList());
  }

  private String value(int line, JsonNode object, Column column) {
    return switch (column.kind()) {
      case TEXT -> text(line, object, column.name());
      case LABEL -> named(line, object, column.name(), "label");
      case OWNER -> named(line, object, column.name(), "owner");
      case JSON -> present(line, object, column.name()).toString();
    };
  }

  private String text(int line, JsonNode object, String name) {
    JsonNode value = present(line, object, name);
    if (!value.isTextual()) {
      throw DataException.ofColumn(
          file, line, name, "'" + name + "' is not a text but " + value, "Put the text in quotes");
    }
    return value.textValue();
  }

  private String named(int line, JsonNode object, String name, String what) {
    JsonNode value = present(line, object, name);
    if (!value.isValueNode() || value.asText().isBlank()) {
      throw DataException.ofColumn(
          file,
          line,
          name,
          "the " + what + " '" + name + "' is " + value,
          "Write a whole number or a name that is not empty");
    }
    return value.asText().strip();
  }

  private JsonNode present(int line, JsonNode object, String name) {
    JsonNode value = object.get(name);
    if (value == null) {
      List<String> present = new ArrayList<>();
      object.fieldNames().forEachRemaining(present::add);
      throw DataException.ofColumn(
          file,
          line,
          name,
          "no '" + name + "'; the object has: " + Names.listed(present),
          NearMiss.of(name, present).stream()
              .findFirst()
              .map(near -> "Did you mean '" + near + "'?")
              .orElse("Every object needs it"));
    }
    if (value.isNull()) {
      throw DataException.ofColumn(
          file, line, name, "'" + name + "' is null", "Give it a value, or leave the row out");
    }
    return value;
  }
}
