package io.github.cola4j.kernel.notebook;

/**
 * Marks an exception whose message is written for the reader of the notebook: it says what is wrong
 * and how to fix it, so that nothing else of the exception is shown, and no stack trace.
 */
public interface ForUser {
  /** All that is to be shown; may have several lines. */
  String getMessage();

  /** Marks a kernel that does so; others show a trace of their own. */
  interface Kernel {}
}
