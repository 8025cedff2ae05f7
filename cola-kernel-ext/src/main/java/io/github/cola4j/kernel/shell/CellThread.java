package io.github.cola4j.kernel.shell;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs what the user wrote in a thread of its own, so that it can be interrupted and, if it does
 * not care, be left behind.
 */
final class CellThread {
  private final ClassLoader loader;
  private final Object change = new Object();

  // Guarded by change.
  private Thread thread;
  private boolean interrupted;

  /**
   * @param loader the context class loader of the threads
   */
  CellThread(ClassLoader loader) {
    this.loader = loader;
  }

  /** A new cell begins: interrupts before are none of its own. */
  void begin() {
    synchronized (change) {
      interrupted = false;
    }
  }

  boolean isInterrupted() {
    synchronized (change) {
      return interrupted;
    }
  }

  /** Interrupts the cell that runs. */
  void interrupt() {
    synchronized (change) {
      interrupted = true;
      if (thread != null) {
        thread.interrupt();
      }
      change.notifyAll();
    }
  }

  /** Whether the caller is what the user wrote. */
  boolean isCurrent() {
    synchronized (change) {
      return Thread.currentThread() == thread;
    }
  }

  /**
   * Runs code to its end or, if it is interrupted, a little longer.
   *
   * @param graceMs how long the code may run on once it is interrupted
   * @param stop what ends code that takes no notice
   * @throws ExecutionException with what the code threw
   * @throws LeftBehind if the code runs on all the same
   */
  <T> T run(Callable<T> code, long graceMs, Stop stop)
      throws ExecutionException, InterruptedException {
    if (isCurrent()) {
      try {
        return code.call();
      } catch (Exception e) {
        throw new ExecutionException(e);
      }
    }
    FutureTask<T> task =
        new FutureTask<>(code) {
          @Override
          protected void done() {
            synchronized (change) {
              change.notifyAll();
            }
          }
        };
    Thread runs = new Thread(task, "cell");
    runs.setContextClassLoader(loader);
    runs.setDaemon(true);
    synchronized (change) {
      if (interrupted) {
        throw new InterruptedException();
      }
      thread = runs;
      runs.start();
    }
    try {
      await(task, graceMs);
      if (!task.isDone()) {
        stop.stop(runs);
      }
      return task.get(graceMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new LeftBehind();
    } finally {
      synchronized (change) {
        thread = null;
      }
    }
  }

  private void await(FutureTask<?> task, long graceMs) throws InterruptedException {
    synchronized (change) {
      while (!task.isDone() && !interrupted) {
        change.wait();
      }
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(graceMs);
      while (!task.isDone()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return;
        }
        change.wait(left);
      }
    }
  }

  /** What ends a thread that takes no notice of interrupts, if anything can. */
  @FunctionalInterface
  interface Stop {
    void stop(Thread thread);
  }

  /** The code was interrupted, and its thread runs on. */
  static final class LeftBehind extends InterruptedException {
    private LeftBehind() {
      super("its thread takes no notice and still runs");
    }
  }
}
