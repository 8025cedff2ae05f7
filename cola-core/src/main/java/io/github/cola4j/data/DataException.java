package io.github.cola4j.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Something in a user's data file that the user can put right. */
public final class DataException extends RuntimeException {
  private final Path file;
  private final int line;
  private final transient Optional<String> column;

  /**
   * @param file the file, named as the user named it
   * @param line the line, from 1; 0 where the whole file is meant
   * @param problem what is wrong
   * @param fix what to do about it
   */
  public DataException(Path file, int line, String problem, String fix) {
    this(file, line, Optional.empty(), problem, fix);
  }

  private DataException(Path file, int line, Optional<String> column, String problem, String fix) {
    super(
        file
            + (line > 0 ? ", line " + line : "")
            + ": "
            + problem
            + ". "
            + fix
            + (fix.endsWith("?") ? "" : "."));
    this.file = file;
    this.line = line;
    this.column = column;
  }

  /** Something wrong with a column, or with what stands in it. */
  static DataException ofColumn(Path file, int line, String column, String problem, String fix) {
    return new DataException(file, line, Optional.of(column), problem, fix);
  }

  /** A file that is there, as it seems, and cannot be read. */
  static DataException unreadable(Path file, IOException cause) {
    DataException e =
        new DataException(
            file,
            0,
            "cannot be read (" + cause.getMessage() + ")",
            "Check the file and its rights");
    e.initCause(cause);
    return e;
  }

  /** The file, named as the user named it. */
  public Path file() {
    return file;
  }

  /** The column that it is about; empty where it is about rows or the whole file. */
  public Optional<String> column() {
    return column;
  }

  /** The line, from 1; 0 where the whole file is meant. */
  public int line() {
    return line;
  }
}
