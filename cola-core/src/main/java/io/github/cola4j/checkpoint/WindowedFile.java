package io.github.cola4j.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * A file of any length, read a window at a time. It is read rather than mapped into memory: pages
 * of a map count as this process's memory for as long as it lives, which would be as much again as
 * the weights; and a file that somebody cuts short would end the process.
 */
final class WindowedFile implements AutoCloseable {
  /** The longest window, in bytes: small enough to stay in a processor's cache. */
  static final int WINDOW = 1 << 18;

  private static final ThreadLocal<ByteBuffer> MEMORY =
      ThreadLocal.withInitial(
          () -> ByteBuffer.allocateDirect(WINDOW).order(ByteOrder.LITTLE_ENDIAN));

  private final FileChannel channel;

  /** Takes over the channel. */
  WindowedFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * The bytes from {@code position} on, little-endian; at most {@link #WINDOW} of them. Good until
   * this thread asks for the next window of any file.
   *
   * @throws EOFException if the file ends before
   */
  ByteBuffer window(long position, int length) throws IOException {
    ByteBuffer memory = MEMORY.get();
    memory.clear().limit(length);
    while (memory.hasRemaining()) {
      if (channel.read(memory, position + memory.position()) < 0) {
        throw new EOFException("it ends before byte " + (position + length));
      }
    }
    return memory.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
