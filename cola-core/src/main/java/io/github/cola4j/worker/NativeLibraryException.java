package io.github.cola4j.worker;

/** There is no native library for what was asked; the message says why, and how to get one. */
public final class NativeLibraryException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the reason in words. */
  public NativeLibraryException(String message) {
    super(message);
  }

  /** With the reason in words, and what it came from. */
  public NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
