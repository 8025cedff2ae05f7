package io.github.cola4j.offload;

/** A fit failed on another thread than the one that learns of it; the cause says how. */
public final class FitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FitException(Throwable cause) {
    super("adapters could not be fitted: " + cause, cause);
  }
}
