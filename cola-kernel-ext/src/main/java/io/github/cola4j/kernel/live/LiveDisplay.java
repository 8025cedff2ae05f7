package io.github.cola4j.kernel.live;

import io.github.cola4j.kernel.notebook.Notebook;
import io.github.cola4j.kernel.notebook.Shown;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One place in the notebook whose content is replaced as it changes, not more often than a reader
 * can follow. It is drawn and sent by a thread of its own: an interrupt of the cell must not reach
 * the notebook's sockets, which it would close. What is to stay is kept until there is a way to the
 * notebook, for between cells there is none.
 */
public final class LiveDisplay {
  private static final Duration PACE = Duration.ofMillis(300);

  /** How often it looks for a cell; a short one should not go by unseen. */
  private static final Duration LOOK = Duration.ofMillis(25);

  private final Notebook notebook;
  private final String id = "cola-" + UUID.randomUUID();
  private final Supplier<Shown> content;
  private String sent;

  // Guarded by this.
  private int wanted;
  private int tried;
  private boolean ending;

  /**
   * Shows something below the running cell, and goes on showing it.
   *
   * @param content asked for again and again, from another thread
   */
  public LiveDisplay(Notebook notebook, Supplier<Shown> content) {
    this.notebook = notebook;
    this.content = content;
    Shown first = content.get();
    notebook.display(id, first);
    sent = first.html();
    Thread thread = new Thread(this::follow, "cola-display");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Sends the content as it is now, and waits for that, but not longer than so, nor if there is no
   * way to the notebook. An interrupt while it waits is kept for later.
   */
  public void flush(Duration limit) {
    boolean interrupted = Thread.interrupted();
    long end = System.nanoTime() + limit.toNanos();
    synchronized (this) {
      int mine = ++wanted;
      notifyAll();
      for (long left; tried < mine && (left = (end - System.nanoTime()) / 1_000_000) > 0; ) {
        try {
          wait(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The content will not change any more. */
  public synchronized void end() {
    ending = true;
    wanted++;
    notifyAll();
  }

  private void send() {
    try {
      Shown now = content.get();
      if (!now.html().equals(sent)) {
        notebook.update(id, now);
        sent = now.html();
      }
    } catch (RuntimeException e) {
      // What cannot be drawn is not shown; the work goes on, and so does whoever waits for it.
    }
  }

  private void follow() {
    try {
      while (true) {
        int goal;
        boolean last;
        synchronized (this) {
          goal = wanted;
          last = ending;
        }
        boolean there = notebook.isReachable();
        if (there) {
          String before = sent;
          send();
          if (!notebook.isReachable()) { // the cell ended meanwhile: it may not have come through
            sent = before;
            there = false;
          }
        }
        synchronized (this) {
          boolean over = there && last;
          tried = over ? Integer.MAX_VALUE : goal; // nobody waits for what does not come any more
          notifyAll();
          if (over) {
            return;
          }
          if (!there) {
            wait(LOOK.toMillis());
          } else if (wanted == goal) {
            wait(PACE.toMillis());
          }
        }
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread.
    }
  }
}
