package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir Path folder;

  private List<String> names(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private static IOException diskFull() {
    return new IOException("No space left on device");
  }

  @Test
  void writesAndReplaces() throws IOException {
    Path target = folder.resolve("a/b/report.txt");
    AtomicFiles.write(target, "öne");
    assertEquals("öne", Files.readString(target));
    AtomicFiles.write(target, new byte[] {'2'});
    assertEquals("2", Files.readString(target));
    assertEquals(List.of("report.txt"), names(target.getParent()));
  }

  @Test
  void failedWriteLeavesTheOldFile() throws IOException {
    Path target = folder.resolve("file");
    AtomicFiles.write(target, "old");
    StorageException full =
        assertThrows(
            StorageException.class,
            () ->
                AtomicFiles.write(
                    target,
                    channel -> {
                      channel.write(ByteBuffer.allocate(100_000));
                      throw diskFull();
                    }));
    assertEquals(target, full.path());
    assertTrue(
        full.getMessage().startsWith("no space left on device: " + target), full.getMessage());
    assertTrue(full.getMessage().contains("free some space or set output:"), full.getMessage());
    assertThrows(
        UncheckedIOException.class,
        () ->
            AtomicFiles.write(
                target,
                channel -> {
                  throw new IOException("Input/output error");
                }));
    IllegalStateException own = new IllegalStateException();
    assertSame(
        own,
        assertThrows(
            IllegalStateException.class,
            () ->
                AtomicFiles.write(
                    target,
                    channel -> {
                      throw own;
                    })));
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("file"), names(folder));
  }

  /** Linux has a device that is always full, so the operating system's own error is seen. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void fullDeviceIsRecognised() throws IOException {
    Path target = folder.resolve("file");
    AtomicFiles.write(target, "old");
    StorageException full =
        assertThrows(
            StorageException.class,
            () ->
                AtomicFiles.write(
                    target,
                    channel -> {
                      try (FileChannel device =
                          FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
                        device.write(ByteBuffer.allocate(10));
                      }
                    }));
    assertTrue(full.getCause() instanceof IOException);
    assertEquals("old", Files.readString(target));
    assertEquals(List.of("file"), names(folder));
  }

  @Test
  void targetThatCannotBeReplacedIsLeftAlone() throws IOException {
    Path target = Files.createDirectories(folder.resolve("taken/inner")).getParent();
    assertThrows(UncheckedIOException.class, () -> AtomicFiles.write(target, "text"));
    assertTrue(Files.isDirectory(target.resolve("inner")));
    assertEquals(List.of("taken"), names(folder));

    Path file = Files.writeString(folder.resolve("file"), "old");
    assertThrows(UncheckedIOException.class, () -> AtomicFiles.write(file.resolve("x"), "text"));
    assertThrows(UncheckedIOException.class, () -> AtomicFiles.writeFolder(file, inside -> {}));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of("file", "taken"), names(folder));
  }

  @Test
  void writesAndReplacesFolders() throws IOException {
    Path target = folder.resolve("out/adapter");
    AtomicFiles.writeFolder(
        target,
        inside -> {
          Files.writeString(inside.resolve("a"), "1");
          AtomicFiles.write(inside.resolve("deep/b"), "2");
        });
    assertEquals(List.of("a", "deep"), names(target));
    AtomicFiles.writeFolder(
        target,
        inside -> {
          assertEquals("1", Files.readString(target.resolve("a")), "the old one until the end");
          Files.writeString(inside.resolve("c"), "3");
        });
    assertEquals(List.of("c"), names(target));
    assertEquals(List.of("adapter"), names(target.getParent()));
  }

  @Test
  void failedFolderLeavesTheOldOne() throws IOException {
    Path target = folder.resolve("adapter");
    AtomicFiles.writeFolder(target, inside -> Files.writeString(inside.resolve("a"), "1"));
    assertThrows(
        StorageException.class,
        () ->
            AtomicFiles.writeFolder(
                target,
                inside -> {
                  AtomicFiles.write(inside.resolve("deep/b"), "2");
                  throw diskFull();
                }));
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFiles.writeFolder(
                target,
                inside -> {
                  Files.writeString(inside.resolve("c"), "3");
                  throw new IllegalStateException();
                }));
    assertEquals(List.of("a"), names(target));
    assertEquals(List.of("adapter"), names(folder));
  }

  @Test
  void killedWriterIsRecoveredFrom() throws IOException {
    Path target = folder.resolve("adapter");
    // Killed while it wrote: the target as it was, and a part of the new one.
    AtomicFiles.writeFolder(target, inside -> Files.writeString(inside.resolve("a"), "1"));
    Files.createDirectories(folder.resolve("adapter.tmp-1234/deep"));
    AtomicFiles.recoverFolder(target);
    assertEquals(List.of("adapter"), names(folder));

    // Killed between the moves: no target.
    Files.move(target, folder.resolve("adapter.old-1234"));
    Files.createDirectories(folder.resolve("adapter.tmp-1234/deep"));
    AtomicFiles.recoverFolder(target);
    assertEquals(List.of("adapter"), names(folder));
    assertEquals("1", Files.readString(target.resolve("a")));

    // Killed after them: the old one is still about.
    Files.createDirectories(folder.resolve("adapter.old-5678/deep"));
    AtomicFiles.recoverFolder(target);
    assertEquals(List.of("adapter"), names(folder));

    // Nothing there at all.
    AtomicFiles.recoverFolder(folder.resolve("none/adapter"));
    AtomicFiles.recoverFolder(folder.resolve("other"));
    assertFalse(Files.exists(folder.resolve("other")));
  }
}
