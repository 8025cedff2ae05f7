package io.github.cola4j.data;

import io.github.cola4j.spec.ColumnsSpec;
import io.github.cola4j.spec.SplitSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads columns of a table by their names. */
public final class TableReader {
  private TableReader() {}

  /**
   * Reads the columns that a split names, in the order in which its record has them.
   *
   * @throws DataException as the last method
   */
  public static Table read(SplitSpec split) {
    return read(split, Optional.empty());
  }

  /**
   * The same with one column more.
   *
   * @param owner the column that says whose a row is; it is the last then
   * @throws DataException as the last method
   */
  public static Table read(SplitSpec split, Optional<String> owner) {
    List<Column> columns = columns(split.columns());
    owner.ifPresent(name -> columns.add(Column.owner(name)));
    return read(split, columns, split.limit());
  }

  /** Whether the first row of a split's file has a column of this name. */
  public static boolean has(SplitSpec split, String column) {
    try {
      return !read(split, List.of(Column.text(column)), Optional.of(1)).rows().isEmpty();
    } catch (DataException e) {
      return false; // whatever else is wrong shows when the file is read
    }
  }

  private static Table read(SplitSpec split, List<Column> columns, Optional<Integer> limit) {
    return read(
        split.path(),
        TableFormat.valueOf(split.format().orElseThrow().name()),
        split.quotes(),
        columns,
        limit.isPresent() ? OptionalInt.of(limit.get()) : OptionalInt.empty());
  }

  private static List<Column> columns(ColumnsSpec asked) {
    List<Column> columns = new ArrayList<>();
    if (asked instanceof ColumnsSpec.Labelled labelled) {
      labelled.text().forEach(name -> columns.add(Column.text(name)));
      columns.add(Column.label(labelled.label()));
    } else if (asked instanceof ColumnsSpec.PlainText plain) {
      columns.add(Column.text(plain.text().orElseThrow()));
    } else if (asked instanceof ColumnsSpec.PromptResponse prompts) {
      prompts.columns().forEach(name -> columns.add(Column.text(name)));
      columns.add(Column.text(prompts.response()));
    } else if (asked instanceof ColumnsSpec.Chat chat) {
      columns.add(Column.json(chat.messages()));
    } else if (asked instanceof ColumnsSpec.SourceTarget pairs) {
      columns.add(Column.text(pairs.source()));
      columns.add(Column.text(pairs.target()));
    }
    return columns;
  }

  /**
   * Reads a table. The file is UTF-8, with or without a byte order mark; lines end in LF or CRLF;
   * blank lines are passed over. Names of columns lose the blanks around them.
   *
   * @param quotes whether double quotes hold a field together (TSV and CSV)
   * @param columns different ones, at least one
   * @param limit how many rows to read at most; what comes after them is not looked at
   * @throws DataException with file and line: no such file or column, a row with missing or extra
   *     fields, two columns of one name, an empty label, a value that is null or missing,
   *     unreadable JSON, bytes that are not UTF-8, no rows
   */
  public static Table read(
      Path file, TableFormat format, boolean quotes, List<Column> columns, OptionalInt limit) {
    int most = limit.orElse(Integer.MAX_VALUE);
    if (most < 1) {
      throw new IllegalArgumentException("limit is 1 or more, not " + most);
    }
    List<String> names = columns.stream().map(Column::name).toList();
    if (names.isEmpty() || names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException("one or more different columns, not " + names);
    }
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
    return new Table(file, names, rows);
  }

  /**
   * Opens a table whose rows are wanted one at a time; the caller closes it.
   *
   * @throws DataException as for {@link #read}, of what shows before the first row
   */
  public static RowSource open(
      Path file, TableFormat format, boolean quotes, List<Column> columns) {
    return switch (format) {
      case TSV -> new DelimitedRows(file, '\t', quotes, columns);
      case CSV -> new DelimitedRows(file, ',', quotes, columns);
      case JSONL -> JsonRows.ofLines(file, columns);
      case JSON -> JsonRows.ofArray(file, columns);
    };
  }
}
