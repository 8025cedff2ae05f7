package io.github.cola4j.worker;

/** Threads that do not keep a JVM alive. */
final class Daemon {
  private Daemon() {}

  static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
