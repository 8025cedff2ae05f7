package io.github.cola4j.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Set;

/** The engine of this process. */
public final class Torch {
  /** The name under which DJL knows its PyTorch engine. */
  public static final String ENGINE = "PyTorch";

  private Torch() {}

  /**
   * Loads the native library if need be and sets the number of threads that one operation uses.
   * More threads than free cores make small operations up to 50 times slower, so the caller says
   * how many.
   *
   * @param threads threads of one operation, at least 1
   */
  public static void start(int threads) {
    Engine.getEngine(ENGINE);
    JniUtils.setNumThreads(threads);
    prepareThread();
  }

  /** Settings that PyTorch keeps per thread; call it first on any thread that computes. */
  public static void prepareThread() {
    Engine.getEngine(ENGINE); // loads the native library, if this is the first that needs it
    // Specialising TorchScript to the shapes seen gains nothing here and costs memory with every
    // new shape.
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(false);
  }

  /**
   * The same for a thread whose operations use another number of threads than the others'.
   *
   * <p>PyTorch keeps the number per thread; a thread that it does not know yet takes over the one
   * that was said last, by whomever.
   */
  public static void prepareThread(int threads) {
    prepareThread();
    JniUtils.getNumThreads(); // makes the thread known, so that it takes over no number later
    JniUtils.setNumThreads(threads);
  }

  /** A manager for arrays on {@code device} that lives until it is closed. */
  public static NDManager newManager(Device device) {
    return NDManager.newBaseManager(device, ENGINE);
  }

  /** The version of PyTorch, for instance {@code 2.7.1}. */
  public static String version() {
    return Engine.getEngine(ENGINE).getVersion();
  }

  /** The threads of one operation. */
  public static int threads() {
    return JniUtils.getNumThreads();
  }

  /** The libraries that this build of PyTorch computes with, say {@code MKL} and {@code CUDA}. */
  public static Set<String> libraries() {
    return Set.copyOf(JniUtils.getFeatures());
  }
}
