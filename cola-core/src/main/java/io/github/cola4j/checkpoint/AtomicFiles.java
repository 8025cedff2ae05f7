package io.github.cola4j.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writing that leaves either the old or the new file behind, never a half of one: bytes go to a
 * temporary name beside the target ({@code <name>.tmp-…}), are forced to the disk, and are moved
 * into place. When the writing fails the temporary file is deleted and the old one is untouched.
 *
 * <p>Missing parent folders are made. A full disk is a {@link StorageException}, any other failure
 * of the disk an {@link UncheckedIOException}; what the body throws unchecked passes through.
 */
public final class AtomicFiles {
  private static final String TEMPORARY = ".tmp-";
  private static final String REPLACED = ".old-";

  private AtomicFiles() {}

  /** Writes the bytes of one file. */
  @FunctionalInterface
  public interface FileBody {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /** Fills a folder that is empty when it is called. */
  @FunctionalInterface
  public interface FolderBody {
    void writeTo(Path folder) throws IOException;
  }

  public static void write(Path target, byte[] content) {
    write(target, channel -> writeFully(channel, ByteBuffer.wrap(content)));
  }

  /** Writes the text as UTF-8. */
  public static void write(Path target, String text) {
    write(target, text.getBytes(StandardCharsets.UTF_8));
  }

  public static void write(Path target, FileBody body) {
    Path temporary = beside(target, TEMPORARY);
    try {
      makeParent(target);
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.writeTo(channel);
        channel.force(true);
      }
      replace(temporary, target);
      forceFolder(target.toAbsolutePath().getParent());
    } catch (IOException e) {
      discard(temporary, e);
      throw StorageException.of(target, e);
    } catch (RuntimeException | Error e) {
      discard(temporary, e);
      throw e;
    }
  }

  /**
   * Builds a whole folder beside {@code target} and swaps it in once it is complete. What the
   * target held before is gone afterwards, files of other origin included. Folders cannot be
   * swapped in one step: a process killed between the two moves leaves no target but both folders,
   * which {@link #recoverFolder} sets right. One writer at a time for a target.
   */
  public static void writeFolder(Path target, FolderBody body) {
    Path temporary = beside(target, TEMPORARY);
    try {
      makeParent(target);
      recoverFolder(target);
      boolean replaces = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
      if (replaces && !Files.isDirectory(target)) {
        throw new NotDirectoryException(target.toString());
      }
      Files.createDirectory(temporary);
      body.writeTo(temporary);
      forceTree(temporary);
      if (replaces) {
        Path replaced = beside(target, REPLACED);
        Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
        try {
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
          Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
          throw e;
        }
        forceFolder(target.toAbsolutePath().getParent());
        deleteTree(replaced);
      } else {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(target.toAbsolutePath().getParent());
      }
    } catch (IOException e) {
      discard(temporary, e);
      throw StorageException.of(target, e);
    } catch (RuntimeException | Error e) {
      discard(temporary, e);
      throw e;
    }
  }

  /**
   * Clears up after a process that was killed in {@link #writeFolder}: where the target is missing,
   * the folder it was about to replace takes its place again; what else is left over is deleted.
   * Call it before reading a folder that may have been written by a killed process.
   */
  public static void recoverFolder(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return;
    }
    String name = target.getFileName().toString();
    List<Path> replaced = new ArrayList<>();
    List<Path> temporary = new ArrayList<>();
    try {
      try (DirectoryStream<Path> siblings = Files.newDirectoryStream(parent)) {
        for (Path sibling : siblings) {
          String other = sibling.getFileName().toString();
          if (other.startsWith(name + REPLACED)) {
            replaced.add(sibling);
          } else if (other.startsWith(name + TEMPORARY) && Files.isDirectory(sibling)) {
            temporary.add(sibling);
          }
        }
      }
      if (!Files.exists(target) && replaced.size() == 1) {
        Files.move(replaced.remove(0), target, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(parent);
      }
      if (Files.exists(target)) {
        temporary.addAll(replaced);
      }
      for (Path leftover : temporary) {
        deleteTree(leftover);
      }
    } catch (IOException e) {
      throw StorageException.of(target, e);
    }
  }

  /** Writes all that remains in the buffer, however many calls the channel takes for it. */
  static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static Path beside(Path target, String suffix) {
    String unique = UUID.randomUUID().toString().substring(0, 8);
    return target.resolveSibling(target.getFileName() + suffix + unique);
  }

  private static void makeParent(Path target) throws IOException {
    Path parent = target.toAbsolutePath().getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
  }

  private static void replace(Path temporary, Path target) throws IOException {
    try {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void discard(Path temporary, Throwable failure) {
    try {
      deleteTree(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void forceTree(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.toList()) {
        if (Files.isRegularFile(path)) {
          try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
          }
        } else {
          forceFolder(path);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** So that the new name, too, outlives a power cut. Windows has no such call and needs none. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The content is on the disk; a file system that cannot force names does without.
    }
  }
}
