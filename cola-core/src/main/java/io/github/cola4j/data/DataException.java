package io.github.cola4j.data;

import java.io.IOException;
import java.nio.file.Path;

/** Something in a user's data file that the user can put right. */
public final class DataException extends RuntimeException {
  private final Path file;
  private final int line;

  /**
   * @param file the file, named as the user named it
   * @param line the line, from 1; 0 where the whole file is meant
   * @param problem what is wrong
   * @param fix what to do about it
   */
  public DataException(Path file, int line, String problem, String fix) {
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

  /** The line, from 1; 0 where the whole file is meant. */
  public int line() {
    return line;
  }
}
