package io.github.cola4j.data;

import java.util.List;

/**
 * One row of a table.
 *
 * @param line the line of the file that it starts on, from 1
 * @param values what stands in the table's columns, in their order
 */
public record Row(int line, List<String> values) {
  public Row {
    values = List.copyOf(values);
  }
}
