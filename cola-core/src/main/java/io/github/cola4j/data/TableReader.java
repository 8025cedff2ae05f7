package io.github.cola4j.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Reads tables of texts and labels by the names of their columns. */
public final class TableReader {
  private TableReader() {}

  /**
   * Reads a table. The file is UTF-8, with or without a byte order mark; lines end in LF or CRLF;
   * blank lines are passed over. Texts are taken as they are, and may be empty; names of columns
   * and labels lose the blanks around them. In JSON a label may be a string or a number.
   *
   * @param quotes whether double quotes hold a field together (TSV and CSV)
   * @param textColumns one or two
   * @param labelColumn null for none
   * @param limit how many rows to read at most; what comes after them is not looked at
   * @throws DataException with file and line: no such file or column, a row with missing or extra
   *     fields, two columns of one name, an empty label, a value that is null or missing,
   *     unreadable JSON, bytes that are not UTF-8, no rows
   */
  public static Table read(
      Path file,
      TableFormat format,
      boolean quotes,
      List<String> textColumns,
      String labelColumn,
      OptionalInt limit) {
    int most = limit.orElse(Integer.MAX_VALUE);
    if (most < 1) {
      throw new IllegalArgumentException("limit is 1 or more, not " + most);
    }
    Columns columns = new Columns(textColumns, labelColumn);
    List<Row> rows = new ArrayList<>();
    try (RowSource source = open(file, format, quotes, columns)) {
      for (Row row; rows.size() < most && (row = source.next()) != null; ) {
        rows.add(row);
      }
    } catch (IOException e) {
      throw new DataException(
          file, 0, "cannot be read (" + e.getMessage() + ")", "Check the file and its rights");
    }
    if (rows.isEmpty()) {
      throw new DataException(file, 0, "has no rows", "Put at least one row into it");
    }
    return new Table(file, rows);
  }

  private static RowSource open(Path file, TableFormat format, boolean quotes, Columns columns) {
    return switch (format) {
      case TSV -> new DelimitedRows(file, '\t', quotes, columns);
      case CSV -> new DelimitedRows(file, ',', quotes, columns);
      case JSONL -> JsonRows.ofLines(file, columns);
      case JSON -> JsonRows.ofArray(file, columns);
    };
  }
}
