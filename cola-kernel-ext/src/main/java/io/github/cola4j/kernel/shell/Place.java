package io.github.cola4j.kernel.shell;

/**
 * A place in a cell.
 *
 * @param cell the number of the cell's execution
 * @param line the line, from 1
 */
record Place(int cell, int line) {
  /** Where a character of a cell is. */
  static Place of(int cell, String code, int at) {
    return new Place(cell, 1 + (int) code.chars().limit(at).filter(c -> c == '\n').count());
  }

  /** The place some lines below. */
  Place below(int lines) {
    return new Place(cell, line + lines);
  }

  @Override
  public String toString() {
    return "cell " + cell + ", line " + line;
  }
}
