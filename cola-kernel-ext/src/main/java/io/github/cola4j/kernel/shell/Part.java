package io.github.cola4j.kernel.shell;

/**
 * A part of a cell.
 *
 * <p>All parts know the number of characters of the cell before them, of which places in messages
 * are made.
 */
sealed interface Part {
  /** Where it begins in the cell, in characters. */
  int start();

  /** Lines of Java. */
  record Java(int start, String text) implements Part {}

  /** A line {@code %name arguments}. */
  record LineMagic(int start, String name, String arguments) implements Part {}

  /** A cell {@code %%name arguments}, and the lines below. */
  record CellMagic(int start, String name, String arguments, String body) implements Part {}
}
