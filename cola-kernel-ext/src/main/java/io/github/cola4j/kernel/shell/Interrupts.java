package io.github.cola4j.kernel.shell;

import java.util.ArrayList;
import java.util.List;

/** How an interrupted cell is told. */
final class Interrupts {
  private Interrupts() {}

  /**
   * The error of an interrupted cell.
   *
   * @param frames where it was
   */
  static CellFailure error(InterruptedException interrupt, List<String> frames) {
    String text =
        interrupt instanceof CellThread.LeftBehind left
            ? "The cell was interrupted, but "
                + left.getMessage()
                + "; restart the kernel to end it"
            : "The cell was interrupted";
    List<String> lines = new ArrayList<>();
    lines.add(text);
    lines.addAll(frames);
    return CellFailure.of("Interrupted", text, lines, interrupt);
  }
}
