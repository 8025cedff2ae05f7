package io.github.cola4j.kernel.shell;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.ExecutionException;
import jdk.jshell.execution.LocalExecutionControl;

/**
 * Runs the snippets of cells in this process, and keeps what they gave: JShell itself passes on
 * only text.
 */
final class SnippetControl extends LocalExecutionControl {
  private static final long GRACE_MS = 300;
  private static final Method NOTHING;

  static {
    try {
      NOTHING = SnippetControl.class.getDeclaredMethod("nothing");
      NOTHING.setAccessible(true);
    } catch (NoSuchMethodException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final CellThread thread;
  private Object result;
  private Throwable thrown;

  SnippetControl(SnippetLoader loader, CellThread thread) {
    super(loader);
    this.thread = thread;
  }

  static void nothing() {}

  /** What the last snippet gave, an object; null too if there was none. */
  Object result() {
    return result;
  }

  /** What the last snippet threw, or how it was ended; null if it came to its end. */
  Throwable thrown() {
    return thrown;
  }

  /** Whether the reader of the notebook wanted an end of it. */
  boolean wasInterrupted() {
    return thread.isInterrupted();
  }

  /** Nothing ran yet. */
  void begin() {
    result = null;
    thrown = null;
  }

  @Override
  protected String invoke(Method snippet) throws Exception {
    begin();
    try {
      if (!thread.isCurrent()) {
        // Newer JDKs weave checks into the code of snippets, for stop; this arms them.
        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        super.invoke(NOTHING);
        Thread.setDefaultUncaughtExceptionHandler(handler); // it sets one that says nothing
      }
      result = thread.run(() -> snippet.invoke(null), GRACE_MS, this::stop);
      return "";
    } catch (InterruptedException e) {
      thrown = e;
      throw new StoppedException();
    } catch (ExecutionException e) {
      boolean inner = e.getCause() instanceof InvocationTargetException;
      thrown = inner ? e.getCause().getCause() : e.getCause();
      if (thrown instanceof ThreadDeath) {
        thrown = new InterruptedException();
        throw new StoppedException();
      }
      throw new InvocationTargetException(thrown);
    }
  }

  @SuppressWarnings("deprecation")
  private void stop(Thread left) {
    try {
      super.stop();
      left.stop();
    } catch (EngineTerminationException | InternalException | UnsupportedOperationException e) {
      // This JDK has no means for it: the thread is left behind.
      return;
    }
  }
}
