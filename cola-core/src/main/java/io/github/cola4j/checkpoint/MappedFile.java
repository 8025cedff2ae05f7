package io.github.cola4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * A file of any length, mapped into memory read-only.
 *
 * <p>A Java buffer ends at 2 GiB, so there are several, each reaching a little into the next: a
 * window of up to that much lies in one of them wherever it begins. The mapping ends when the
 * garbage collector has seen the last buffer go.
 */
final class MappedFile {
  /** The longest window, in bytes. */
  static final int WINDOW = 1 << 20;

  private static final int STEP = 1 << 30;

  private final ByteBuffer[] buffers;
  private final int step;

  MappedFile(FileChannel channel) throws IOException {
    this(channel, STEP);
  }

  /** With buffers every {@code step} bytes, for tests on small files. */
  MappedFile(FileChannel channel, int step) throws IOException {
    this.step = step;
    long size = channel.size();
    buffers = new ByteBuffer[Math.toIntExact((size + step - 1) / step)];
    for (int i = 0; i < buffers.length; i++) {
      long begin = (long) i * step;
      long length = Math.min((long) step + WINDOW, size - begin);
      buffers[i] = channel.map(MapMode.READ_ONLY, begin, length);
    }
  }

  /** The bytes from {@code position} on, little-endian; at most {@link #WINDOW} of them. */
  ByteBuffer window(long position, int length) {
    ByteBuffer buffer = buffers[Math.toIntExact(position / step)];
    return buffer.slice((int) (position % step), length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
