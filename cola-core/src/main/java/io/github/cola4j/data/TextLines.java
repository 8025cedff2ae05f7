package io.github.cola4j.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A text on each line of a UTF-8 file; blank lines are passed over. */
public final class TextLines implements RowSource {
  private final Utf8Lines lines;
  private final String column;
  private String last;

  /**
   * Opens a file.
   *
   * @param column what the text is called, where a row is told
   * @throws DataException if it cannot be read
   */
  public TextLines(Path file, String column) {
    this.lines = new Utf8Lines(file);
    this.column = column;
  }

  @Override
  public Row next() {
    do {
      last = lines.next();
      if (last == null) {
        return null;
      }
    } while (last.isBlank());
    last = last.replaceFirst("\\r?\\n$", "");
    return new Row(lines.line(), List.of(last));
  }

  @Override
  public ObjectNode whole() {
    return JsonNodeFactory.instance.objectNode().put(column, last);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
