package io.github.cola4j.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.advice.NearMiss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A safetensors file, of which tensors are read when they are asked for. Files and single tensors
 * may be larger than 2 GiB.
 *
 * <p>Opening reads and checks the header alone. A file with tensors of types that are not supported
 * (F8_E4M3 and the like) can be opened; reading such a tensor is refused.
 */
public final class Safetensors implements Weights {
  /** Bytes converted at a time on the way into an array, unless a row is longer. */
  private static final int STAGED = 1 << 21;

  private final Path file;
  private final SafetensorsHeader header;
  private volatile WindowedFile windows; // null: closed
  private ByteBuffer staging;

  private Safetensors(Path file, SafetensorsHeader header, WindowedFile windows) {
    this.file = file;
    this.header = header;
    this.windows = windows;
  }

  /**
   * Opens a file.
   *
   * @throws CheckpointException if it is missing, damaged or cut short
   */
  public static Safetensors open(Path file) {
    if (Files.isDirectory(file)) {
      throw new CheckpointException(file, "is a folder, where a safetensors file is needed");
    }
    WindowedFile windows = null;
    try {
      windows = WindowedFile.open(file);
      Safetensors opened = new Safetensors(file, SafetensorsHeader.read(file, windows), windows);
      windows = null; // its owner is another now
      return opened;
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "there is no such file; check the path", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    } finally {
      close(windows);
    }
  }

  private static CheckpointException unreadable(Path file, IOException e) {
    return new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
  }

  private static void close(AutoCloseable open) {
    try {
      if (open != null) {
        open.close();
      }
    } catch (Exception e) {
      // nothing was written, so nothing is lost
    }
  }

  public Path file() {
    return file;
  }

  /** The texts under {@code __metadata__}; empty where there are none. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public Set<String> names() {
    return header.tensors().keySet();
  }

  @Override
  public boolean contains(String name) {
    return header.tensors().containsKey(name);
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = header.tensors().get(name);
    if (info == null) {
      throw new CheckpointException(
          file, "has no tensor '" + name + "'" + NearMiss.asClause(name, names()));
    }
    return info;
  }

  @Override
  public void floats(String name, long fromElement, FloatBuffer into) {
    TensorInfo info = info(name);
    ElementType type = type(info, true);
    Objects.checkFromIndexSize(fromElement, into.remaining(), info.elements());
    int end = into.limit();
    int atOnce = WindowedFile.WINDOW / type.bytes();
    for (long at = fromElement; into.position() < end; at += atOnce) {
      into.limit(Math.min(end, into.position() + atOnce));
      ElementCodec.floats(type, window(info, type, at, into.remaining()), into);
      into.limit(end);
    }
  }

  @Override
  public void longs(String name, long fromElement, LongBuffer into) {
    TensorInfo info = info(name);
    ElementType type = type(info, false);
    Objects.checkFromIndexSize(fromElement, into.remaining(), info.elements());
    int end = into.limit();
    int atOnce = WindowedFile.WINDOW / type.bytes();
    for (long at = fromElement; into.position() < end; at += atOnce) {
      into.limit(Math.min(end, into.position() + atOnce));
      ElementCodec.longs(type, window(info, type, at, into.remaining()), into);
      into.limit(end);
    }
  }

  @Override
  public NDArray load(NDManager manager, String name) {
    TensorInfo info = info(name);
    DataType type = arrayType(info);
    if (info.elements() == 0) {
      return manager.create(info.shape(), type);
    }
    try (NDArray flat = manager.create(new Shape(info.elements()), type)) {
      if (flat.getDevice().equals(Device.cpu())
          && info.elements() <= Integer.MAX_VALUE / type.getNumOfBytes()) {
        // A new array on the CPU is contiguous, so this buffer is its own memory.
        ByteBuffer memory = flat.toByteBuffer(true).order(ByteOrder.nativeOrder());
        convert(name, 0, memory, type);
      } else {
        fill(flat, name);
      }
      return flat.reshape(info.shape());
    }
  }

  @Override
  public void loadInto(NDArray target, String name) {
    TensorInfo info = info(name);
    if (!target.getShape().equals(info.shape()) || target.getDataType() != arrayType(info)) {
      throw new IllegalArgumentException(
          "tensor '%s' is %s %s, the array %s %s"
              .formatted(
                  name, arrayType(info), info.shape(), target.getDataType(), target.getShape()));
    }
    if (info.elements() == 0) {
      return;
    }
    if (info.shape().dimension() == 0) {
      try (NDArray one = target.reshape(1)) {
        fill(one, name);
      }
    } else {
      fill(target, name);
    }
  }

  /**
   * Converts into a buffer of our own and has the engine copy from there. Memory that the engine
   * allocates is freed with its array, a direct buffer of Java's only by the garbage collector,
   * which does not know how much waits for it.
   */
  private synchronized void fill(NDArray target, String name) {
    DataType type = target.getDataType();
    int bytes = type.getNumOfBytes();
    long[] shape = target.getShape().getShape().clone();
    long rows = shape[0];
    long row = target.size() / rows;
    long rowsAtOnce = Math.min(rows, Math.max(1, STAGED / bytes / row));
    int capacity = Math.toIntExact(rowsAtOnce * row * bytes);
    if (staging == null || staging.capacity() < capacity) {
      staging = ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }
    try (NDManager step = target.getManager().newSubManager(target.getDevice())) {
      for (long at = 0; at < rows; at += rowsAtOnce) {
        shape[0] = Math.min(rowsAtOnce, rows - at);
        int elements = (int) (shape[0] * row);
        staging.clear().limit(elements * bytes);
        convert(name, at * row, staging, type);
        try (NDArray staged = step.create(staging, new Shape(shape), type)) {
          target.set(new NDIndex().addSliceDim(at, at + shape[0]), staged);
        }
      }
    }
  }

  private void convert(String name, long fromElement, ByteBuffer into, DataType type) {
    if (type == DataType.FLOAT32) {
      floats(name, fromElement, into.asFloatBuffer());
    } else {
      longs(name, fromElement, into.asLongBuffer());
    }
  }

  @Override
  public HostTensor read(String name) {
    TensorInfo info = info(name);
    ElementType type = info.type().orElseThrow(() -> unsupported(info));
    long length = info.end() - info.begin();
    if (length > Integer.MAX_VALUE) {
      throw new CheckpointException(
          file, "tensor '" + name + "' of " + length + " bytes is too large to be copied at once");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    while (bytes.hasRemaining()) {
      int count = Math.min(bytes.remaining(), WindowedFile.WINDOW);
      bytes.put(window(info, type, bytes.position() / type.bytes(), count / type.bytes()));
    }
    return new HostTensor(type, info.shape(), bytes.flip());
  }

  private ByteBuffer window(TensorInfo info, ElementType type, long element, int count) {
    WindowedFile open = windows;
    if (open == null) {
      throw new IllegalStateException(file + " is closed");
    }
    long position = header.dataStart() + info.begin() + element * type.bytes();
    try {
      return open.window(position, count * type.bytes());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private ElementType type(TensorInfo info, boolean floating) {
    ElementType type = info.type().orElseThrow(() -> unsupported(info));
    if (type.isFloating() != floating) {
      throw new CheckpointException(
          file,
          "tensor '%s' holds %s, where %s are needed"
              .formatted(info.name(), type, floating ? "floating-point numbers" : "integers"));
    }
    return type;
  }

  private DataType arrayType(TensorInfo info) {
    return info.type().orElseThrow(() -> unsupported(info)).isFloating()
        ? DataType.FLOAT32
        : DataType.INT64;
  }

  private CheckpointException unsupported(TensorInfo info) {
    return new CheckpointException(
        file,
        "tensor '%s' is of type %s, which is not supported; convert the model to BF16, F16 or F32"
            .formatted(info.name(), info.dtype()));
  }

  @Override
  public synchronized void close() {
    close(windows);
    windows = null;
    staging = null;
  }
}
