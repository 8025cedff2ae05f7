package io.github.cola4j.kernel.shell;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** Runs cells: their Java by the shell, their magics directly. */
final class CellRun {
  private static final long MAGIC_GRACE_MS = 1000;

  private final JavaKernel kernel;
  private final JavaShell java;
  private final Magics magics;
  private final Parts parts;
  private final CellThread thread;
  private final Show show;

  CellRun(
      JavaKernel kernel, JavaShell java, Magics magics, Parts parts, CellThread thread, Show show) {
    this.kernel = kernel;
    this.java = java;
    this.magics = magics;
    this.parts = parts;
    this.thread = thread;
    this.show = show;
  }

  /**
   * Runs a cell.
   *
   * @param cell the number of its execution
   * @return what its last part gave; null if nothing
   * @throws CellFailure if it fails
   */
  Object value(String code, int cell) {
    Object value = null;
    for (Part part : parts.of(code)) {
      if (thread.isInterrupted()) {
        throw Interrupts.error(new InterruptedException(), List.of());
      }
      value =
          part instanceof Part.Java text ? java.eval(text, cell, code) : magic(part, cell, code);
    }
    return value;
  }

  /** Runs a cell, and makes of its value what a front end can show; null if there is none. */
  DisplayData shown(String code, int cell) {
    Object value = value(code, cell);
    if (value == null) {
      return null;
    }
    // What users wrote, too: it may throw, and it may take long.
    return inThread(() -> show.of(value), "the value of the cell, while it was shown");
  }

  private Object magic(Part part, int cell, String code) {
    boolean line = part instanceof Part.LineMagic;
    String name = line ? ((Part.LineMagic) part).name() : ((Part.CellMagic) part).name();
    String shown = (line ? "%" : "%%") + name;
    magics.check(shown);
    Callable<Object> call;
    if (part instanceof Part.CellMagic magic) {
      List<String> words = Words.of(magic.arguments());
      call = () -> magics.evalCellMagic(kernel, name, words, magic.body());
    } else {
      List<String> words = Words.of(((Part.LineMagic) part).arguments());
      call = () -> magics.evalLineMagic(kernel, name, words);
    }
    return inThread(call, shown + ", " + Place.of(cell, code, part.start()));
  }

  private <T> T inThread(Callable<T> code, String where) {
    try {
      return thread.run(code, MAGIC_GRACE_MS, left -> {});
    } catch (ExecutionException e) {
      throw Traces.error(e.getCause(), where);
    } catch (InterruptedException e) {
      throw Traces.error(e, where);
    }
  }
}
