package io.github.cola4j.offload;

import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A thread that does what it is told in the order in which it is told. */
final class FitWorker implements AutoCloseable {
  private final NDManager manager;
  private final Backlog backlog;
  private final ExecutorService thread;
  private final AtomicLong nanos = new AtomicLong();

  /**
   * @param threads of one tensor operation
   * @param manager whose device it computes on
   * @param backlog learns of failures; after the first, nothing more is done
   */
  FitWorker(int number, int threads, NDManager manager, Backlog backlog) {
    this.manager = manager;
    this.backlog = backlog;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, "fit-" + number);
              made.setDaemon(true); // it keeps no process alive
              return made;
            });
    int own = Torch.threads();
    try {
      result(thread.submit(() -> Torch.prepareThread(threads)));
    } catch (RuntimeException e) {
      thread.shutdownNow();
      throw e;
    } finally {
      Torch.prepareThread(own); // threads that begin later shall take over this number
    }
  }

  /** Has something done, in a scope of its own, after all that was ordered before. */
  <T> Future<T> order(Callable<T> work) {
    return thread.submit(
        () -> {
          backlog.check();
          long start = System.nanoTime();
          try {
            return inScope(work);
          } catch (Throwable e) { // whatever it is, nobody would learn of it here
            backlog.fail(e);
            throw e;
          } finally {
            nanos.addAndGet(System.nanoTime() - start);
          }
        });
  }

  private <T> T inScope(Callable<T> work) throws Exception {
    Scope scope = Scope.open(manager);
    try {
      return work.call();
    } finally {
      scope.close();
    }
  }

  /**
   * Waits for what was ordered.
   *
   * @throws FitException if it failed, or was not done because something before it failed
   */
  <T> T result(Future<T> ordered) {
    try {
      return ordered.get();
    } catch (ExecutionException e) {
      backlog.check(); // whatever failed first
      throw new FitException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FitException(e);
    }
  }

  /** Computing time since this was last asked. */
  long takeNanos() {
    return nanos.getAndSet(0);
  }

  /** Drops what was not begun, and returns when the thread touches nothing any more. */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    while (true) {
      try {
        if (thread.awaitTermination(1, TimeUnit.HOURS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true; // what it computes with cannot be freed before it ends
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
