package io.github.cola4j.kernel.shell;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one thread that sends. A thread that is interrupted while it uses a socket of ZeroMQ leaves a
 * broken socket behind, and threads of cells are interrupted; therefore they hand over what is to
 * be sent. Text is gathered, and goes out before anything else, so that all keeps its order.
 */
final class Outbox {
  private static final int LONGEST_TEXT = 64 * 1024;
  private static final int MOST_WAITING = 1024 * 1024;
  private static final long DELAY_MS = 50;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(Sender::new);
  private final AtomicLong waiting = new AtomicLong();

  // What is gathered, guarded by this.
  private final StringBuilder text = new StringBuilder();
  private CellEnvironment cell;
  private boolean error;
  private boolean flushes;

  /**
   * Text for the notebook, sent within 50 ms. A writer that is faster than the front end waits.
   *
   * @param error whether it belongs to the stream for errors
   */
  void write(CellEnvironment cell, boolean error, String some) {
    synchronized (this) {
      if (cell != this.cell || error != this.error || text.length() >= LONGEST_TEXT) {
        handOver();
        this.cell = cell;
        this.error = error;
      }
      text.append(some);
      if (!flushes) {
        flushes = true;
        thread.schedule(this::flush, DELAY_MS, TimeUnit.MILLISECONDS);
      }
    }
    if (waiting.get() > MOST_WAITING) {
      run(() -> {});
    }
  }

  /** Does something that sends, after all that was written before, and waits for its end. */
  void run(Runnable sends) {
    if (Thread.currentThread() instanceof Sender) {
      sends.run();
      return;
    }
    Future<?> sent;
    synchronized (this) {
      handOver();
      sent = thread.submit(sends);
    }
    await(sent);
  }

  private synchronized void flush() {
    flushes = false;
    handOver();
  }

  private void handOver() {
    if (text.isEmpty()) {
      return;
    }
    String some = text.toString();
    CellEnvironment to = cell;
    boolean err = error;
    text.setLength(0);
    waiting.addAndGet(some.length());
    thread.execute(
        () -> {
          waiting.addAndGet(-some.length());
          to.send(err, some);
        });
  }

  private static void await(Future<?> sent) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          sent.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException thrown) {
            throw thrown;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static final class Sender extends Thread {
    Sender(Runnable work) {
      super(work, "outbox");
      setDaemon(true);
    }
  }
}
