package io.github.cola4j.data;

import java.nio.file.Path;
import java.util.List;

/**
 * The rows that were read from a file; at least one.
 *
 * @param file where they were read from, named as the user named it
 * @param rows the rows, in the file's order
 */
public record Table(Path file, List<Row> rows) {
  public Table {
    rows = List.copyOf(rows);
  }
}
