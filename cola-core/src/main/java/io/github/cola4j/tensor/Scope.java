package io.github.cola4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

/**
 * The owner of every array made on this thread while it is open, whichever manager made it: a
 * result of {@code weight.add(x)} would otherwise live as long as the weight. Closing frees them
 * all, but for those that were {@linkplain #keep kept}. Scopes nest, the innermost owns; but the
 * memory of what was made from Java data, which autograd may need, stays until the outermost is
 * closed.
 */
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<Boolean> OPEN = ThreadLocal.withInitial(() -> false);

  private final NDManager manager;
  private final JavaData data; // of the outermost scope; null in others
  private final NDScope made;

  private Scope(NDManager parent) {
    manager = parent.newSubManager();
    data = OPEN.get() ? null : JavaData.hold();
    OPEN.set(true);
    made = new NDScope();
  }

  /** Opens a scope whose arrays live on the device of {@code parent}. */
  public static Scope open(NDManager parent) {
    return new Scope(parent);
  }

  /** For arrays created from Java data; they end with this scope. */
  public NDManager manager() {
    return manager;
  }

  /** Hands {@code array} over to {@code owner}, so that it outlives this scope. Returns it. */
  public NDArray keep(NDArray array, NDManager owner) {
    NDScope.unregister(array);
    array.attach(owner);
    return array;
  }

  @Override
  public void close() {
    made.close();
    manager.close();
    if (data != null) {
      data.release();
      OPEN.remove();
    }
  }
}
