package io.github.cola4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * In what the matrix [out, in] of frozen linear modules is held. Each product widens one of 16 bits
 * to float32 for itself, which is exact, and lets go of what is widened.
 *
 * <p>DJL does not know bfloat16, and asking it for such an array's type ends the process: what is
 * held in 16 bits is for the methods here alone.
 */
public enum WeightType {
  /** As products are made of it. */
  FLOAT32(6, "F32", "3.40e38"),

  /** The upper half of float32: as wide a range, three digits. */
  BFLOAT16(15, "BF16", "3.39e38"),

  /** IEEE 754's half precision: four digits, and nothing beyond 65504. */
  FLOAT16(5, "F16", "65504");

  private final int number;
  private final String stored;
  private final String largest;

  /**
   * @param number PyTorch's for it
   */
  WeightType(int number, String stored, String largest) {
    this.number = number;
    this.stored = stored;
    this.largest = largest;
  }

  /** Loaded once and for as long as the process lives, like the numbers. */
  private static final class Loaded {
    static final NDManager MANAGER = Torch.newManager(Device.cpu());
    static final Script SCRIPT = Script.load(MANAGER, WeightType.class, "weights.py");
    static final NDArray NOTHING = Owned.by(MANAGER, m -> m.create(new Shape(0)));
    static final NDArray[] NUMBERS = new NDArray[values().length];

    static {
      for (WeightType type : values()) {
        NUMBERS[type.ordinal()] = Owned.by(MANAGER, m -> m.create((long) type.number));
      }
    }
  }

  /** Whether it is one of 16 bits. */
  public boolean narrow() {
    return this != FLOAT32;
  }

  /** What the safetensors format calls it. */
  public String stored() {
    return stored;
  }

  /** The largest number that there is. */
  public String largest() {
    return largest;
  }

  /** Memory for a matrix [out, in], all zero. */
  public NDArray zeros(NDManager owner, long out, long in) {
    if (!narrow()) {
      return Owned.by(owner, m -> m.zeros(new Shape(out, in), DataType.FLOAT32));
    }
    NDArray number = Loaded.NUMBERS[ordinal()];
    try (NDArray beside = Owned.by(owner, m -> m.create(0f));
        NDArray sizes = longs(out, in)) {
      return Owned.by(owner, m -> Loaded.SCRIPT.apply("zeros", beside, sizes, number));
    }
  }

  /** Rows [from, to) of what is held, as a view of the same owner. */
  public NDArray rows(NDArray held, long from, long to) {
    NDManager owner = held.getManager();
    if (!narrow()) {
      return Owned.by(owner, m -> held.get(new NDIndex("{}:{}", from, to)));
    }
    try (NDArray range = longs(from, to)) {
      return Owned.by(owner, m -> Loaded.SCRIPT.apply("rows", held, range));
    }
  }

  /**
   * Puts numbers [out, in] of float32 into what holds as many, rounded to nearest, ties to even.
   *
   * @return false if one that was finite is too large
   */
  public boolean put(NDArray values, NDArray held) {
    try (NDArray lost = Loaded.SCRIPT.apply("put", values, held)) {
      return !lost.getBoolean();
    }
  }

  /** Rounds numbers as {@link #put} does, in their own memory. */
  public void round(NDArray values) {
    if (narrow()) {
      Loaded.SCRIPT.call("round", values, Loaded.NUMBERS[ordinal()]);
    }
  }

  /** What is held, as float32: a copy, or itself where it is that. */
  public NDArray widened(NDArray held) {
    return narrow() ? Loaded.SCRIPT.apply("widened", held) : held;
  }

  /**
   * x·Wᵀ + b, recorded if autograd is on.
   *
   * @param x [n, in]
   * @param held W [out, in]
   * @param bias [out], or null
   * @return [n, out]
   */
  public NDArray product(NDArray x, NDArray held, NDArray bias) {
    return narrow()
        ? Loaded.SCRIPT.apply("product", x, held, bias == null ? Loaded.NOTHING : bias)
        : ai.djl.nn.core.Linear.linear(x, held, bias).singletonOrThrow();
  }

  /**
   * The way back: g·W.
   *
   * @param gradient of the outputs [n, out]
   * @param held W [out, in]
   * @return [n, in]
   */
  public NDArray back(NDArray gradient, NDArray held) {
    return narrow() ? Loaded.SCRIPT.apply("back", gradient, held) : gradient.matMul(held);
  }

  private static NDArray longs(long... values) {
    return Owned.by(Loaded.MANAGER, m -> m.create(values));
  }
}
