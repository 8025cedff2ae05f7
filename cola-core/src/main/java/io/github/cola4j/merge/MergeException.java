package io.github.cola4j.merge;

/** A merged model that must not be used; nothing was written. */
public final class MergeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MergeException(String message) {
    super(message);
  }
}
