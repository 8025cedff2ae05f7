package io.github.cola4j.checkpoint;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file of any length, read a window at a time, by several threads if need be. It is read rather
 * than mapped into memory: pages of a map count as this process's memory for as long as it lives,
 * which would be as much again as the weights; and a file that somebody cuts short would end the
 * process. Nor is it read through a channel, which the interruption of one thread would close for
 * all.
 */
final class WindowedFile implements AutoCloseable {
  /** The longest window, in bytes: small enough to stay in a processor's cache. */
  static final int WINDOW = 1 << 18;

  private static final ThreadLocal<ByteBuffer> MEMORY =
      ThreadLocal.withInitial(() -> ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN));

  private final RandomAccessFile file;

  private WindowedFile(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @throws NoSuchFileException if it is missing
   */
  static WindowedFile open(Path path) throws IOException {
    try {
      return new WindowedFile(new RandomAccessFile(path.toFile(), "r"));
    } catch (FileNotFoundException e) { // or it must not be read
      throw Files.exists(path) ? e : new NoSuchFileException(path.toString());
    }
  }

  /** In bytes. */
  long length() throws IOException {
    return file.length();
  }

  /**
   * The bytes from {@code position} on, little-endian; at most {@link #WINDOW} of them. Good until
   * this thread asks for the next window of any file.
   *
   * @throws EOFException if the file ends before
   */
  ByteBuffer window(long position, int length) throws IOException {
    ByteBuffer memory = MEMORY.get().clear().limit(length);
    read(position, memory.array(), length);
    return memory;
  }

  /**
   * The bytes from {@code position} on, little-endian, in memory of their own.
   *
   * @throws EOFException if the file ends before
   */
  ByteBuffer bytes(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(position, bytes.array(), length);
    return bytes;
  }

  private void read(long position, byte[] into, int length) throws IOException {
    synchronized (file) {
      file.seek(position);
      try {
        file.readFully(into, 0, length);
      } catch (EOFException e) {
        throw new EOFException("it ends before byte " + (position + length));
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
