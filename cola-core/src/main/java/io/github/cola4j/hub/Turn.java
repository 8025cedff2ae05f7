package io.github.cola4j.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to download one blob, held by one thread of one process at a time.
 *
 * <p>Between processes it is a lock on the file that huggingface_hub locks as well. On Windows and
 * on network file systems the two exclude each other. On Linux's and macOS's own file systems they
 * do not, for Python uses flock(2) and Java fcntl(2): then both may download the same file, each
 * under a name of its own, and the second to finish puts the same content in the place of the
 * first. So the lock saves work; no content depends on it.
 */
final class Turn implements AutoCloseable {
  private static final long POLL_MILLIS = 100;
  private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private final FileChannel channel;
  private final boolean exclusive;

  private Turn(ReentrantLock thread, FileChannel channel, boolean exclusive) {
    this.thread = thread;
    this.channel = channel;
    this.exclusive = exclusive;
  }

  /**
   * Waits for the turn.
   *
   * @param waiting called once if others have it
   * @throws HubException of kind INTERRUPTED
   */
  static Turn take(Path lockFile, Runnable waiting) throws IOException {
    ReentrantLock thread =
        THREADS.computeIfAbsent(lockFile.toAbsolutePath().normalize(), path -> new ReentrantLock());
    boolean told = false;
    try {
      if (!thread.tryLock()) {
        waiting.run();
        told = true;
        thread.lockInterruptibly();
      }
    } catch (InterruptedException e) {
      throw Requests.interrupted();
    }
    try {
      FileChannel channel = open(lockFile);
      try {
        return new Turn(thread, channel, lock(channel, told ? () -> {} : waiting));
      } catch (RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      thread.unlock();
      throw e;
    }
  }

  /** Whether no other process can have the turn; not so where the file system has no locks. */
  boolean exclusive() {
    return exclusive;
  }

  @Override
  public void close() throws IOException {
    try {
      // Releases the lock. The file stays: others may be waiting for just this one.
      channel.close();
    } finally {
      thread.unlock();
    }
  }

  private static FileChannel open(Path lockFile) throws IOException {
    Files.createDirectories(lockFile.getParent());
    boolean isNew = !Files.exists(lockFile);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (isNew) {
      try {
        // As huggingface_hub makes it, so that a group may share a cache.
        Files.setPosixFilePermissions(lockFile, PosixFilePermissions.fromString("rw-rw-r--"));
      } catch (IOException | UnsupportedOperationException e) {
        // Another user's, or a file system without such rights.
      }
    }
    return channel;
  }

  private static boolean lock(FileChannel channel, Runnable waiting) {
    boolean told = false;
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return true;
        }
      } catch (OverlappingFileLockException e) {
        // Another class loader of this process has it. The channel stays open meanwhile, for
        // closing
        // any channel of a file ends all of this process's locks on it.
      } catch (IOException e) {
        return false;
      }
      if (!told) {
        waiting.run();
        told = true;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        throw Requests.interrupted();
      }
    }
  }
}
