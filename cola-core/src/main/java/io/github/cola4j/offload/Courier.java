package io.github.cola4j.offload;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.spec.OffloadSpec;
import io.github.cola4j.tensor.Owned;
import io.github.cola4j.tensor.Script;
import io.github.cola4j.tensor.Torch;

/**
 * Takes arrays from the server to where adapters are fitted, on the server's thread. On one device
 * an array that is not rounded is handed over as it is: the parcel shares its memory.
 */
final class Courier implements AutoCloseable {
  /** Loaded once and for as long as the process lives: it holds nothing but its text. */
  static final Script SCRIPT =
      Script.load(Torch.newManager(Device.cpu()), Courier.class, "courier.py");

  private final NDManager from;
  private final NDManager to;
  private final OffloadSpec.RowType type;
  private final NDArray there; // says the device to the script
  private final NDArray here;
  private NDArray worst;
  private long bytes;

  /**
   * @param server whose device arrays come from
   * @param fits whose device they go to
   * @param type how rows travel
   */
  Courier(NDManager server, NDManager fits, OffloadSpec.RowType type) {
    this.from = server.newSubManager();
    this.to = fits.newSubManager();
    this.type = type;
    this.here = Owned.by(from, m -> m.create(0f));
    this.there = Owned.by(to, m -> m.create(0f));
    this.worst = Owned.by(from, m -> m.create(0f));
  }

  /** Whether arrays change the device. */
  boolean leaves() {
    return !from.getDevice().equals(to.getDevice());
  }

  /** Whether an array is where adapters are fitted. */
  boolean hasArrived(NDArray x) {
    return x.getDevice().equals(to.getDevice());
  }

  /** Sends rows, in the type that was asked for. */
  Parcel rows(NDArray x) {
    return switch (type) {
      case FLOAT32 -> whole(x);
      case BFLOAT16 -> {
        NDList sent = SCRIPT.call("bfloat16", x, worst);
        noteError(sent.get(1));
        yield moved(sent.get(0), null, type);
      }
      case INT8 -> {
        NDList sent = SCRIPT.call("int8", x, worst);
        noteError(sent.get(2));
        yield moved(sent.get(0), sent.get(1), type);
      }
    };
  }

  /** Sends what must not be rounded: ids, products. */
  Parcel whole(NDArray x) {
    return moved(x, null, OffloadSpec.RowType.FLOAT32);
  }

  /** What was sent before its parcel is made. */
  Parcel arrived(NDArray x) {
    return new Parcel(
        Owned.by(to, m -> x.stopGradient()), null, OffloadSpec.RowType.FLOAT32, bytes(x));
  }

  /** Sends an array whose parcel is made later; it belongs to the current scope. */
  NDArray ahead(NDArray x) {
    bytes += bytes(x);
    return moved(x);
  }

  private Parcel moved(NDArray values, NDArray steps, OffloadSpec.RowType as) {
    long size = bytes(values) + (steps == null ? 0 : bytes(steps));
    bytes += size;
    return new Parcel(
        Owned.by(to, m -> moved(values)),
        steps == null ? null : Owned.by(to, m -> moved(steps)),
        as,
        size);
  }

  /**
   * Another array, whoever closes this one, which may still be on its way (see {@link #settle}).
   */
  private NDArray moved(NDArray x) {
    if (!leaves()) {
      return x.stopGradient();
    }
    return from.getDevice().isGpu() && !to.getDevice().isGpu()
        ? SCRIPT.apply("leaving", x)
        : SCRIPT.apply("moved", x, there);
  }

  /** Makes sure that all that was sent so far has arrived. To be called by whoever reads it. */
  void settle() {
    if (leaves() && from.getDevice().isGpu()) {
      here.getFloat(); // waits for what was queued on the device before, the copies among it
    }
  }

  private static long bytes(NDArray x) {
    try (NDArray size = SCRIPT.apply("bytes", x)) {
      return size.getLong();
    }
  }

  private void noteError(NDArray error) {
    worst.close();
    worst = Owned.by(from, m -> error);
  }

  /** Bytes sent since this was last asked. */
  long takeBytes() {
    long sent = bytes;
    bytes = 0;
    return sent;
  }

  /** The largest relative error of an array since this was last asked. */
  double takeError() {
    if (type == OffloadSpec.RowType.FLOAT32) {
      return 0;
    }
    double error = worst.getFloat();
    noteError(from.create(0f));
    return error;
  }

  /** Frees what was sent and never opened, too. */
  @Override
  public void close() {
    from.close();
    to.close();
  }
}
