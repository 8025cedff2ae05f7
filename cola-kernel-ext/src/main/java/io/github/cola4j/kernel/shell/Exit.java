package io.github.cola4j.kernel.shell;

import java.util.Optional;

/** The end of the process: prompt, whatever still runs. */
final class Exit {
  /** For replies to be sent. */
  private static final long LAST_WORDS_MS = 200;

  /** For extensions and hooks. */
  private static final long LIMIT_MS = 4000;

  private volatile JavaKernel kernel;

  /** What to shut down before. */
  void before(JavaKernel kernel) {
    this.kernel = kernel;
  }

  /** Ends the process with the one that started it: nobody could end it after that. */
  void withParent() {
    parent().ifPresent(parent -> parent.onExit().thenRun(this::now));
  }

  private static Optional<ProcessHandle> parent() {
    String jupyter = System.getenv("JPY_PARENT_PID");
    if (jupyter != null && jupyter.matches("\\d{1,9}")) {
      Optional<ProcessHandle> told = ProcessHandle.of(Long.parseLong(jupyter));
      if (told.filter(ProcessHandle::isAlive).isPresent()) {
        return told;
      }
    }
    return ProcessHandle.current().parent().filter(parent -> parent.pid() != 1);
  }

  /** Ends the process soon, and returns at once. */
  void now() {
    start(
        () -> {
          sleep(LIMIT_MS);
          Runtime.getRuntime().halt(0);
        });
    start(
        () -> {
          sleep(LAST_WORDS_MS);
          try {
            if (kernel != null) {
              kernel.onShutdown(false);
            }
          } finally {
            System.exit(0);
          }
        });
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "exit");
    thread.setDaemon(true);
    thread.start();
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      // Then at once.
      Thread.currentThread().interrupt();
    }
  }
}
