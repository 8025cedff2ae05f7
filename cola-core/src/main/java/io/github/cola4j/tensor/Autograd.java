package io.github.cola4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * PyTorch's automatic differentiation: leaves, pieces of graph between them, and gradients that
 * were really computed.
 */
public final class Autograd {
  /** Loaded once and for as long as the process lives: it holds nothing but its text. */
  private static final Script SCRIPT =
      Script.load(Torch.newManager(Device.cpu()), Autograd.class, "autograd.py");

  private Autograd() {}

  /** Says whether operations on this thread are recorded from now on. */
  public static void record(boolean on) {
    JniUtils.setGradMode(on);
  }

  /** Whether operations on this thread are recorded. */
  public static boolean recording() {
    return JniUtils.isGradMode();
  }

  /** Runs {@code work} with recording off, and leaves the setting as it was. */
  public static <T> T unrecorded(Supplier<T> work) {
    return recording(false, work);
  }

  /** Runs {@code work} with recording on, and leaves the setting as it was. */
  public static <T> T recorded(Supplier<T> work) {
    return recording(true, work);
  }

  private static <T> T recording(boolean on, Supplier<T> work) {
    boolean before = recording();
    record(on);
    try {
      return work.get();
    } finally {
      record(before);
    }
  }

  /**
   * The same values, cut off from the graph that made them, as a leaf that gathers a gradient.
   * Shares memory with {@code array}.
   */
  public static NDArray leaf(NDArray array) {
    NDArray leaf = array.stopGradient();
    leaf.setRequiresGradient(true);
    return leaf;
  }

  /**
   * The same values as an array whose gradient can be asked for after {@link #backward}: the array
   * itself where operations were recorded that made it, which the way back goes through; else a
   * leaf.
   */
  public static NDArray watched(NDArray array) {
    if (!requiresGradient(array)) {
      return leaf(array);
    }
    NDArray same = SCRIPT.apply("keep_gradient", array);
    same.close();
    return array;
  }

  /**
   * The same values for whoever reads on: others may change that array in place without touching
   * the {@linkplain #watched watched} one's gradient, or a leaf, which PyTorch would refuse. Shares
   * memory with {@code array}; call it with recording on.
   */
  public static NDArray passedOn(NDArray array) {
    return SCRIPT.apply("passed_on", array);
  }

  /** How often the memory that an array shares with others has been changed in place so far. */
  public static long changes(NDArray array) {
    try (NDArray changes = SCRIPT.apply("changes", array)) {
      return changes.getLong();
    }
  }

  /**
   * Runs the graph below {@code output} backward.
   *
   * @param output what some recorded operations made
   * @param gradient of the loss with respect to {@code output}, of the same shape
   */
  public static void backward(NDArray output, NDArray gradient) {
    JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, false, false);
  }

  /** Whether a gradient has arrived at {@code leaf}. */
  public static boolean hasGradient(NDArray leaf) {
    NDArray gradient = JniUtils.getGradient((PtNDArray) leaf);
    if (gradient == null) {
      return false;
    }
    gradient.close();
    return true;
  }

  /**
   * The gradient that arrived at {@code leaf}; DJL's own accessor would answer zeros where none was
   * computed.
   *
   * @throws IllegalStateException if no backward pass reached it
   */
  public static NDArray gradient(NDArray leaf) {
    NDArray gradient = JniUtils.getGradient((PtNDArray) leaf);
    if (gradient == null) {
      throw new IllegalStateException(
          "no gradient has reached the array of shape " + leaf.getShape());
    }
    return gradient;
  }

  /**
   * Whether {@code array}, of floating type, takes part in differentiation: as a leaf, or as what
   * recorded operations made.
   */
  public static boolean requiresGradient(NDArray array) {
    PtNDArray tensor = (PtNDArray) array;
    if (JniUtils.requiresGrad(tensor)) {
      return true; // a leaf: DJL asks no further
    }
    // What operations made keeps its own answer when it is told to require a gradient; a constant
    // becomes a leaf.
    JniUtils.attachGradient(tensor, true);
    boolean constant = JniUtils.requiresGrad(tensor);
    if (constant) {
      JniUtils.attachGradient(tensor, false);
    }
    return !constant;
  }
}
