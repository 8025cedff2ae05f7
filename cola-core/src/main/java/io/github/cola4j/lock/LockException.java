package io.github.cola4j.lock;

import java.nio.file.Path;

/** A lock file that cannot be read. */
public final class LockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param line counted from 1; 0 for none
   * @param problem what is wrong there, and what to do
   */
  LockException(Path file, int line, String problem) {
    super("%s%s: %s".formatted(file.getFileName(), line > 0 ? ":" + line : "", problem));
  }
}
