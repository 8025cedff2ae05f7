package io.github.cola4j.kernel.notebook;

/**
 * What ends a cell, told so that the reader of the notebook can put it right. It has no stack trace
 * and no cause, for neither would help there.
 */
public final class CellError extends RuntimeException implements ForUser {
  /**
   * @param message what failed, where, and what to do about it; of one line or several
   */
  public CellError(String message) {
    super(message, null, false, false);
  }

  /** What failed, and how that may be put right. */
  public static CellError perhaps(String whatFailed, String fix) {
    return new CellError(whatFailed + ", perhaps you should " + fix);
  }
}
