package io.github.cola4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/**
 * Stored elements to numbers and back. Stored bytes are little-endian and need no alignment.
 *
 * <p>Everything goes through small arrays: bulk transfers between buffers and arrays are memory
 * copies, and loops over arrays are what the JIT compiles best, whatever kind of buffer comes in.
 */
final class ElementCodec {
  private static final int BLOCK = 4096;

  private ElementCodec() {}

  /** Fills {@code into} from its position to its limit with floats stored from {@code from} on. */
  static void floats(ElementType type, ByteBuffer from, FloatBuffer into) {
    switch (type) {
      case F32 -> into.put(from.asFloatBuffer().limit(into.remaining()));
      case F64 -> {
        DoubleBuffer stored = from.asDoubleBuffer();
        double[] in = new double[block(into.remaining())];
        float[] out = new float[in.length];
        while (into.hasRemaining()) {
          int n = block(into.remaining());
          stored.get(in, 0, n);
          for (int i = 0; i < n; i++) {
            out[i] = (float) in[i];
          }
          into.put(out, 0, n);
        }
      }
      case F16 -> {
        ShortBuffer stored = from.asShortBuffer();
        short[] in = new short[block(into.remaining())];
        float[] out = new float[in.length];
        while (into.hasRemaining()) {
          int n = block(into.remaining());
          stored.get(in, 0, n);
          for (int i = 0; i < n; i++) {
            out[i] = Float16.toFloat(in[i]);
          }
          into.put(out, 0, n);
        }
      }
      case BF16 -> {
        ShortBuffer stored = from.asShortBuffer();
        short[] in = new short[block(into.remaining())];
        float[] out = new float[in.length];
        while (into.hasRemaining()) {
          int n = block(into.remaining());
          stored.get(in, 0, n);
          for (int i = 0; i < n; i++) {
            out[i] = BFloat16.toFloat(in[i]);
          }
          into.put(out, 0, n);
        }
      }
      default -> throw new IllegalArgumentException(type + " is not a floating type");
    }
  }

  /**
   * Fills {@code into} from its position to its limit with integers stored from {@code from} on.
   */
  static void longs(ElementType type, ByteBuffer from, LongBuffer into) {
    int count = into.remaining();
    int at = from.position();
    switch (type) {
      case I64 -> into.put(from.asLongBuffer().limit(count));
      case I32 -> {
        for (int i = 0; i < count; i++) {
          into.put(from.getInt(at + 4 * i));
        }
      }
      case I16 -> {
        for (int i = 0; i < count; i++) {
          into.put(from.getShort(at + 2 * i));
        }
      }
      case I8 -> {
        for (int i = 0; i < count; i++) {
          into.put(from.get(at + i));
        }
      }
      case U8 -> {
        for (int i = 0; i < count; i++) {
          into.put(from.get(at + i) & 0xff);
        }
      }
      case BOOL -> {
        for (int i = 0; i < count; i++) {
          into.put(from.get(at + i) != 0 ? 1 : 0);
        }
      }
      default -> throw new IllegalArgumentException(type + " is not an integer type");
    }
  }

  /** Appends all floats of {@code from} to {@code into}, rounded to nearest even where narrower. */
  static void encode(FloatBuffer from, ElementType type, ByteBuffer into) {
    switch (type) {
      case F64 -> {
        while (from.hasRemaining()) {
          into.putDouble(from.get());
        }
      }
      case F32 -> {
        while (from.hasRemaining()) {
          into.putFloat(from.get());
        }
      }
      case F16 -> {
        while (from.hasRemaining()) {
          into.putShort(Float16.of(from.get()));
        }
      }
      case BF16 -> {
        while (from.hasRemaining()) {
          into.putShort(BFloat16.of(from.get()));
        }
      }
      default -> throw new IllegalArgumentException(type + " is not a floating type");
    }
  }

  private static int block(int remaining) {
    return Math.min(remaining, BLOCK);
  }
}
