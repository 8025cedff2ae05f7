package io.github.cola4j.kernel.notebook;

import java.io.PrintStream;
import java.util.UUID;

/** The notebook that a cell runs in, whichever kernel runs it. */
public interface Notebook {
  /**
   * Shows something below the running cell.
   *
   * @param id by which it can be replaced later
   */
  void display(String id, Shown shown);

  /** Whether a cell is running, without which there is no way to the notebook. */
  boolean isReachable();

  /** Shows something in place of what was shown under an id, wherever that is in the notebook. */
  void update(String id, Shown shown);

  /** Shows something below the running cell, for good. */
  default void show(Shown shown) {
    display("cola-" + UUID.randomUUID(), shown);
  }

  /** What runs it, say {@code JJava 1.0}. */
  String name();

  /** Text below the running cell. */
  PrintStream out();

  /** Text below the running cell that the reader should notice. */
  PrintStream err();
}
