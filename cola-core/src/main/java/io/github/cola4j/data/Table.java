package io.github.cola4j.data;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The rows that were read from a file; at least one.
 *
 * @param file where they were read from, named as the user named it
 * @param columns the names of the columns that were read
 * @param rows the rows, in the file's order
 */
public record Table(Path file, List<String> columns, List<Row> rows) {
  public Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** What stands in a column in each row, in the file's order. */
  public List<String> column(String name) {
    int index = index(name);
    return rows.stream().map(row -> row.values().get(index)).toList();
  }

  /**
   * Some of the rows.
   *
   * @param kept for each row whether it is among them; at least one is
   */
  public Table only(IntPredicate kept) {
    return new Table(
        file, columns, IntStream.range(0, rows.size()).filter(kept).mapToObj(rows::get).toList());
  }

  /** The place of a column among the values of a row. */
  int index(String name) {
    int index = columns.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("'" + name + "' is none of the columns " + columns);
    }
    return index;
  }

  /** Something wrong with a row that the user can put right. */
  public DataException problem(int row, String problem, String fix) {
    return new DataException(file, rows.get(row).line(), problem, fix);
  }
}
