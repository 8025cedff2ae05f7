package io.github.cola4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  @Test
  void aFullDiskIsToldFromOtherFailures() {
    for (IOException full :
        List.of(
            new IOException("No space left on device"),
            new IOException("There is not enough space on the disk"),
            new FileSystemException("/cache/a", null, "Disk quota exceeded"))) {
      assertEquals(Kind.DISK_FULL, Storage.failed("a", full).kind(), full.toString());
    }
    HubException denied = Storage.failed("a", new AccessDeniedException("/cache/a"));
    assertEquals(Kind.CACHE, denied.kind());
    assertTrue(denied.problem().contains("permission denied: /cache/a"), denied.problem());
    assertEquals(Kind.CACHE, Storage.failed("a", new IOException()).kind());
  }

  @Test
  void roomIsLookedForBeforehand(@TempDir Path folder) throws IOException {
    Storage.require(folder, "small.txt", 1);
    HubException e = HubFixture.fails(Kind.DISK_FULL, () -> require(folder));
    assertTrue(e.problem().startsWith("large.bin needs "), e.problem());
  }

  private static void require(Path folder) {
    try {
      Storage.require(folder, "large.bin", Long.MAX_VALUE);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
