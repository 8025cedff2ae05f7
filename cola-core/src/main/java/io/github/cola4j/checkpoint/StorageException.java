package io.github.cola4j.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The disk that is written to is full, or the writer's quota on it. What was there before is kept.
 */
public class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Below this many free bytes a failed write is taken for a full disk, whatever its message. */
  private static final long AS_GOOD_AS_FULL = 64 * 1024;

  private final transient Path path;

  public StorageException(Path path, Throwable cause) {
    super(
        "no space left on device: "
            + path
            + " could not be written; free some space or set output: to a folder on another disk",
        cause);
    this.path = path;
  }

  /** What was being written. */
  public Path path() {
    return path;
  }

  /** The failure to write {@code path}: a full disk as such, anything else with its reason. */
  public static RuntimeException of(Path path, IOException failure) {
    if (saysFull(failure) || isFull(path)) {
      return new StorageException(path, failure);
    }
    String reason =
        failure instanceof AccessDeniedException
            ? "permission denied"
            : failure instanceof FileSystemException f && f.getReason() != null
                ? f.getReason()
                : String.valueOf(failure.getMessage());
    return new UncheckedIOException(path + " could not be written: " + reason, failure);
  }

  private static boolean saysFull(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("no space left")
          || message.contains("not enough space on the disk")
          || message.contains("quota exceeded")) {
        return true;
      }
    }
    return false;
  }

  /** The operating system's words depend on its language; the free space does not. */
  private static boolean isFull(Path path) {
    for (Path p = path.toAbsolutePath(); p != null; p = p.getParent()) {
      if (Files.isDirectory(p)) {
        try {
          FileStore store = Files.getFileStore(p);
          // Pseudo file systems tell a size of 0.
          return store.getTotalSpace() > 0 && store.getUsableSpace() < AS_GOOD_AS_FULL;
        } catch (IOException e) {
          return false;
        }
      }
    }
    return false;
  }
}
