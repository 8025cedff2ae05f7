package io.github.spencerpark.ijava;

/**
 * Stands in for the one class of IJava 1.3 that the extension reaches by its name, and that is not
 * on Maven Central: it holds the kernel that runs.
 */
public final class IJava {
  private static JavaKernel kernel;

  private IJava() {}

  /** The kernel that runs; null if none does. */
  public static JavaKernel getKernelInstance() {
    return kernel;
  }

  /** What the true one's main method does. */
  public static void start(JavaKernel running) {
    kernel = running;
  }
}
