package io.github.cola4j.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.advice.NearMiss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The rows of a file with a delimiter between fields and the columns' names in its first line. */
final class DelimitedRows implements RowSource {
  /** What files are cut at that are not what they are read as, and what to do about it. */
  private static final Map<String, String> OTHER_DELIMITERS =
      Map.of(
          ",", "There are commas between the columns: read it with format: csv",
          "\t", "There are tabs between the columns: read it with format: tsv",
          ";", "There are semicolons between the columns: save it with commas or tabs instead");

  private final Path file;
  private final boolean quotes;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final List<String> header;
  private final List<Column> columns;
  private final int[] places;

  /** The line that the record read last ends on. */
  private int end;

  private CSVRecord last;

  DelimitedRows(Path file, char delimiter, boolean quotes, List<Column> columns) {
    this.file = file;
    this.quotes = quotes;
    this.columns = columns;
    CSVFormat format =
        CSVFormat.Builder.create()
            .setDelimiter(delimiter)
            .setQuote(quotes ? '"' : null)
            // Kept, so that each record starts on the line after the one before it.
            .setIgnoreEmptyLines(false)
            .get();
    Utf8Lines lines = new Utf8Lines(file);
    try {
      this.parser = CSVParser.builder().setReader(lines.reader()).setFormat(format).get();
    } catch (IOException e) {
      throw lines.unreadable(e);
    }
    try {
      this.records = parser.iterator();
      CSVRecord names = nextRecord();
      if (names == null) {
        throw new DataException(
            file, 0, "is empty", "Its first line must name the columns, and rows must follow");
      }
      this.header = names.stream().map(String::strip).toList();
      checkUnique();
      this.places = columns.stream().mapToInt(column -> index(column.name())).toArray();
    } catch (RuntimeException e) {
      try {
        parser.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  @Override
  public Row next() {
    CSVRecord record;
    int line;
    do {
      line = end + 1;
      record = nextRecord();
      if (record == null) {
        return null;
      }
    } while (isBlank(record));
    if (record.size() != header.size()) {
      throw new DataException(
          file,
          line,
          "the row has "
              + counted(record.size())
              + ", but the first line names "
              + header.size()
              + ": "
              + Names.listed(header),
          record.size() < header.size()
              ? "Add what is missing" + (quotes ? "" : " (a line break within a text ends a row)")
              : "Take out what is too much, or quote a field that holds the delimiter"
                  + (quotes ? "" : " and read the file with quotes: true"));
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      values.add(value(line, columns.get(i), record.get(places[i])));
    }
    last = record;
    return new Row(line, values);
  }

  @Override
  public ObjectNode whole() {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < header.size(); i++) {
      if (!header.get(i).isEmpty()) {
        whole.put(header.get(i), last.get(i));
      }
    }
    return whole;
  }

  private String value(int line, Column column, String field) {
    return switch (column.kind()) {
      case TEXT, JSON -> field;
      case LABEL -> named(line, column, field, "the label", "Give the row a label");
      case OWNER -> named(line, column, field, "the owner", "Say whose the row is");
    };
  }

  private String named(int line, Column column, String field, String what, String fix) {
    if (field.isBlank()) {
      throw DataException.ofColumn(
          file,
          line,
          column.name(),
          what + " (column '" + column.name() + "') is empty",
          fix + ", or leave it out");
    }
    return field.strip();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }

  private CSVRecord nextRecord() {
    try {
      if (!records.hasNext()) {
        return null;
      }
      CSVRecord record = records.next();
      end = Math.toIntExact(parser.getCurrentLineNumber());
      return record;
    } catch (UncheckedIOException e) {
      DataException problem =
          new DataException(
              file,
              end + 1,
              "the row's quotes do not match (" + e.getCause().getMessage() + ")",
              "Close the quote and double those within a quoted field,"
                  + " or read the file with quotes: false if they are plain characters");
      problem.initCause(e);
      throw problem;
    }
  }

  private boolean isBlank(CSVRecord record) {
    return record.size() == 1 && record.get(0).isBlank();
  }

  private void checkUnique() {
    Set<String> seen = new HashSet<>();
    for (String name : header) {
      if (!name.isEmpty() && !seen.add(name)) {
        throw new DataException(
            file, 1, "two columns are named '" + name + "'", "Give each column a name of its own");
      }
    }
  }

  private int index(String name) {
    int index = header.indexOf(name);
    if (index < 0) {
      throw DataException.ofColumn(
          file,
          1,
          name,
          "no column '" + name + "'; it has: " + Names.listed(header),
          otherDelimiter(name)
              .or(
                  () ->
                      NearMiss.of(name, header).stream()
                          .findFirst()
                          .map(near -> "Did you mean '" + near + "'?"))
              .orElse("Name one of these; the first line must name the columns"));
    }
    return index;
  }

  /** What to do where the first line names the column if it is cut at something else. */
  private Optional<String> otherDelimiter(String name) {
    if (header.size() > 1) {
      return Optional.empty();
    }
    String names = header.get(0);
    return OTHER_DELIMITERS.entrySet().stream()
        .filter(other -> List.of(names.split(other.getKey())).contains(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static String counted(int fields) {
    return fields == 1 ? "1 field" : fields + " fields";
  }
}
