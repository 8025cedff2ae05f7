package io.github.cola4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Memory outside the heap for what Java hands to one step: token ids, masks, labels. DJL would
 * allocate a direct buffer for each, which only the garbage collector frees; here the blocks are
 * used again after {@link #reset}. On the CPU the arrays lie in the arena itself, so they end with
 * the step that asked for them.
 */
public final class HostArena {
  private static final int BLOCK_BYTES = 4 << 20;
  private static final int ALIGNMENT = 64;

  private final List<ByteBuffer> blocks = new ArrayList<>();
  private int current;

  /** An array of float32 that {@code fill} writes, front to back. */
  public NDArray floats(NDManager manager, Shape shape, Consumer<FloatBuffer> fill) {
    ByteBuffer bytes = take(Math.multiplyExact(shape.size(), Float.BYTES));
    fill.accept(bytes.asFloatBuffer());
    return manager.create(bytes, shape, DataType.FLOAT32);
  }

  /** An array of int64 that {@code fill} writes, front to back. */
  public NDArray longs(NDManager manager, Shape shape, Consumer<LongBuffer> fill) {
    ByteBuffer bytes = take(Math.multiplyExact(shape.size(), Long.BYTES));
    fill.accept(bytes.asLongBuffer());
    return manager.create(bytes, shape, DataType.INT64);
  }

  /** {@link #longs(NDManager, Shape, Consumer)} from an array. */
  public NDArray longs(NDManager manager, Shape shape, int... values) {
    return longs(
        manager,
        shape,
        buffer -> {
          for (int value : values) {
            buffer.put(value);
          }
        });
  }

  /** Makes all memory free again; no array made before may be used afterwards. */
  public void reset() {
    blocks.forEach(ByteBuffer::clear);
    current = 0;
  }

  private ByteBuffer take(long size) {
    if (size > Integer.MAX_VALUE - ALIGNMENT) {
      throw new IllegalArgumentException(
          "one array of a step would take %d bytes, more than 2 GiB: fewer rows at once, or shorter ones"
              .formatted(size));
    }
    int bytes = (int) size;
    while (current < blocks.size() && blocks.get(current).remaining() < bytes) {
      current++;
    }
    if (current == blocks.size()) {
      blocks.add(
          ByteBuffer.allocateDirect(Math.max(bytes, BLOCK_BYTES)).order(ByteOrder.nativeOrder()));
    }
    ByteBuffer block = blocks.get(current);
    ByteBuffer slice = block.slice(block.position(), bytes).order(ByteOrder.nativeOrder());
    int end =
        Math.min(block.limit(), (block.position() + bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    block.position(end);
    return slice;
  }
}
