package io.github.cola4j.kernel.shell;

import java.util.List;

/** Why a cell failed, as its reader is told. */
final class CellFailure extends RuntimeException {
  private final String name;
  private final List<String> lines;

  private CellFailure(String name, String value, List<String> lines, Throwable cause) {
    super(value, cause, false, false);
    this.name = name;
    this.lines = List.copyOf(lines);
  }

  /**
   * An error that is told by some text.
   *
   * @param name the kind of error, one word
   */
  static CellFailure of(String name, String text) {
    return new CellFailure(name, text, List.of(text.split("\n", -1)), null);
  }

  /**
   * An error with more to show than its message.
   *
   * @param lines what is shown below the cell
   * @param cause what was thrown, null if nothing was
   */
  static CellFailure of(String name, String value, List<String> lines, Throwable cause) {
    return new CellFailure(name, value == null ? "" : value, lines, cause);
  }

  String name() {
    return name;
  }

  List<String> lines() {
    return lines;
  }
}
