package io.github.cola4j.adapter;

/** An adapter that cannot be made as it is asked for; the message says why and what would do. */
public final class AdapterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AdapterException(String message) {
    super(message);
  }

  public AdapterException(String message, Throwable cause) {
    super(message, cause);
  }
}
