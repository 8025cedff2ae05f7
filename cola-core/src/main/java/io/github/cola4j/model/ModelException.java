package io.github.cola4j.model;

/**
 * A base model that cannot be used as it is; the message says which key or tensor, what was found
 * and what would do.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    super(message);
  }
}
