package io.github.cola4j.hub;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The cache's disk: how much room there is, and what its failures mean. */
final class Storage {
  private static final String MAKE_ROOM =
      "free some space, or set HF_HUB_CACHE to a folder on another disk";

  private Storage() {}

  /**
   * @param folder an existing one
   * @throws HubException of kind DISK_FULL if less than so many bytes are free
   */
  static void require(Path folder, String file, long bytes) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    // Some network file systems tell none where they mean that they do not know.
    if (free > 0 && free < bytes) {
      throw new HubException(
          Kind.DISK_FULL,
          file + " needs " + megabytes(bytes) + " more, and " + folder + " has " + megabytes(free),
          MAKE_ROOM);
    }
  }

  /** The failure to read or write the cache, in words. */
  static HubException failed(String what, IOException failure) {
    String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (words.contains("no space left")
        || words.contains("not enough space")
        || words.contains("quota exceeded")) {
      return new HubException(
          Kind.DISK_FULL, what + " could not be written: the disk is full", MAKE_ROOM, failure);
    }
    String reason =
        failure instanceof AccessDeniedException
            ? "permission denied: " + failure.getMessage()
            : failure.toString();
    return new HubException(
        Kind.CACHE,
        what + " could not be put into the cache (" + reason + ")",
        "make the folder writable, or set HF_HUB_CACHE to another one",
        failure);
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }
}
