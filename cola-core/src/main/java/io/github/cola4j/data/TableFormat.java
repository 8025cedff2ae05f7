package io.github.cola4j.data;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** How a table is written. */
public enum TableFormat {
  /** Tab-separated; the first line names the columns. */
  TSV,
  /** Comma-separated; the first line names the columns. */
  CSV,
  /** A JSON object a line. */
  JSONL,
  /** One JSON array of objects. */
  JSON;

  /** The format that a file's name tells, if it tells one. */
  public static Optional<TableFormat> of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Optional.ofNullable(
        switch (name.substring(name.lastIndexOf('.') + 1)) {
          case "tsv", "tab" -> TSV;
          case "csv" -> CSV;
          case "jsonl", "ndjson" -> JSONL;
          case "json" -> JSON;
          default -> null;
        });
  }

  /**
   * Whether double quotes hold a field together unless the user says otherwise: in CSV they do; in
   * TSV, as GLUE's files are written, they are characters like any other.
   */
  public boolean quotesByDefault() {
    return this == CSV;
  }
}
