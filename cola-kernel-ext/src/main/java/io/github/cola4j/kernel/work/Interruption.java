package io.github.cola4j.kernel.work;

import java.nio.channels.ClosedByInterruptException;

/** Interrupts as libraries tell them, which wrap them in exceptions of their own. */
public final class Interruption {
  private Interruption() {}

  /** Whether something failed because the cell was interrupted. */
  public static boolean caused(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
        return true;
      }
    }
    return false;
  }
}
