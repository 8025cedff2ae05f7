package io.github.cola4j.kernel.work;

import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.WorkerOutcome;

/** What became of work that gave no result, told to the reader of a cell. */
public final class Outcomes {
  private Outcomes() {}

  /**
   * A worker's end.
   *
   * @param what was done, say {@code Fine-tuning}
   * @param outcome any but a finished one
   */
  static CellError error(String what, WorkerOutcome outcome) {
    if (outcome instanceof WorkerOutcome.Failed failed) {
      return error(what, failed.failure());
    }
    String was = outcome instanceof WorkerOutcome.Crashed ? " failed: " : " was ";
    return new CellError(what + was + outcome.text());
  }

  /** The words of a job, which knows of no front end, with what they come to in a notebook. */
  public static CellError error(String what, Failure failure) {
    String text = what + " failed: " + failure.text();
    return switch (failure.kind()) {
      case USER ->
          new CellError(
              text.replace("force it", "force it (--force)")
                  .replace("ask for predictions", "ask with %cola predict"));
      case OUT_OF_MEMORY ->
          new CellError(
              text
                  + "\n  "
                  + Workshop.ARG_LINE
                  + " in the kernel's environment holds the JVM arguments of workers");
      case INTERNAL -> new CellError(text + defect(failure));
    };
  }

  private static String defect(Failure failure) {
    return "\n  this is a defect of ColA, not of your data; please report it with this:\n"
        + failure.stackTrace();
  }
}
