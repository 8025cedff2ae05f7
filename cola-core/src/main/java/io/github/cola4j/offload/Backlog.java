package io.github.cola4j.offload;

import java.util.concurrent.CancellationException;

/**
 * The bytes of adaptation data that wait for their fits, never more than a limit, and what became
 * of the fits if they failed. Shared by the server's thread and the workers.
 */
final class Backlog {
  private final long limit;
  private long waiting;
  private long peak;
  private Throwable failure; // null: none

  /**
   * @param limit of the bytes that wait; a single larger piece may wait alone
   */
  Backlog(long limit) {
    this.limit = limit;
  }

  /**
   * Takes in so many bytes, when there is room for them.
   *
   * @throws FitException if the fits failed, even while this waits
   */
  synchronized void enter(long bytes) {
    while (failure == null && waiting > 0 && waiting + bytes > limit) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FitException(e);
      }
    }
    check();
    waiting += bytes;
    peak = Math.max(peak, waiting);
  }

  /** Lets go of bytes that came in. */
  synchronized void leave(long bytes) {
    waiting -= bytes;
    notifyAll();
  }

  /** Says that a fit failed; only the first time counts. Nobody waits any longer. */
  synchronized void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
    notifyAll();
  }

  /** Says that what still waits will not be fitted. */
  void end() {
    fail(new CancellationException("the fits have ended"));
  }

  /**
   * @throws FitException if a fit failed
   */
  synchronized void check() {
    if (failure != null) {
      throw new FitException(failure);
    }
  }

  /** The most that waited at one time since this was last asked. */
  synchronized long takePeak() {
    long most = peak;
    peak = waiting;
    return most;
  }
}
