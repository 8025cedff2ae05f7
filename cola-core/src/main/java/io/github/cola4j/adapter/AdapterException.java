package io.github.cola4j.adapter;

import java.util.stream.Stream;

/** An adapter that cannot be made as it is asked for; the message says why and what would do. */
public final class AdapterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AdapterException(String message) {
    super(message);
  }

  public AdapterException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What a method of a user's kind did not do; says where in the kind it failed. */
  static AdapterException of(AdapterKind kind, String method, RuntimeException cause) {
    String name = kind.getClass().getName();
    String place =
        Stream.of(cause.getStackTrace())
            .filter(frame -> frame.getClassName().equals(name))
            .findFirst()
            .map(frame -> " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
            .orElse("");
    return new AdapterException(
        "%s of the adapter kind %s fails%s: %s".formatted(method, name, place, cause), cause);
  }
}
