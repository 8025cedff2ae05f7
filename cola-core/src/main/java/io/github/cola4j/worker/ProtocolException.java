package io.github.cola4j.worker;

import java.io.IOException;

/** The other side sent what no worker and no front end of this protocol sends. */
final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  ProtocolException(String message, Throwable cause) {
    super(message, cause);
  }
}
