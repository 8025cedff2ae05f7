package io.github.cola4j.checkpoint;

import java.nio.file.Path;

/**
 * A model, adapter or tensor file that cannot be used as it is: missing, damaged, or asking for
 * something that is not supported. The message names the file, what is wrong with it, and the fix.
 */
public class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  public CheckpointException(Path file, String problem) {
    this(file, problem, null);
  }

  public CheckpointException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
    this.file = file;
  }

  /** The file or folder that is wrong. */
  public Path file() {
    return file;
  }
}
