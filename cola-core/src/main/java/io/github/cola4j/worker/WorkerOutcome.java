package io.github.cola4j.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a worker ended. */
public sealed interface WorkerOutcome {
  /** What to tell the user, of one line or several. */
  String text();

  /**
   * The job went to its end.
   *
   * @param value what it handed over
   */
  record Finished(ObjectNode value) implements WorkerOutcome {
    @Override
    public String text() {
      return "finished";
    }
  }

  /**
   * It ended because the front end wanted it to.
   *
   * @param reason who wanted it, in words
   * @param clean true if the job ended by itself, having saved; false if it had to be killed
   * @param value what it handed over, if clean
   */
  record Stopped(String reason, boolean clean, ObjectNode value) implements WorkerOutcome {
    @Override
    public String text() {
      return "stopped (" + reason + ")" + (clean ? "" : "; killed before it could save");
    }
  }

  /** The job failed, and could say why. */
  record Failed(Failure failure) implements WorkerOutcome {
    @Override
    public String text() {
      return failure.text();
    }
  }

  /**
   * The process ended without a word.
   *
   * @param exitCode as the system gives it; on Unix 128 + the signal's number
   * @param cause what that means, in words
   * @param advice what the user can try
   * @param lastLines the end of what the process printed
   * @param errorFile the JVM's own report, if it wrote one
   */
  record Crashed(
      int exitCode, String cause, String advice, List<String> lastLines, Optional<Path> errorFile)
      implements WorkerOutcome {
    private static final int SHOWN_LINES = 15;

    @Override
    public String text() {
      StringBuilder text = new StringBuilder("the worker process ").append(cause);
      text.append(" (exit code ").append(exitCode).append(')');
      if (!advice.isEmpty()) {
        text.append("\n  ").append(advice);
      }
      errorFile.ifPresent(file -> text.append("\n  the JVM's report: ").append(file));
      if (!lastLines.isEmpty()) {
        text.append("\n  the last it printed:");
        lastLines.stream()
            .skip(Math.max(0, lastLines.size() - SHOWN_LINES))
            .forEach(line -> text.append("\n    ").append(line));
      }
      return text.toString();
    }
  }

  /**
   * The job took longer than it may.
   *
   * @param limit how long that is
   * @param clean true if the job then ended by itself, having saved; false if it had to be killed
   */
  record TimedOut(Duration limit, boolean clean) implements WorkerOutcome {
    @Override
    public String text() {
      return "stopped at its time limit of "
          + limit.toString().substring(2).toLowerCase(java.util.Locale.ROOT)
          + (clean ? "" : "; killed before it could save")
          + "; raise the limit, or start it again to continue from its last checkpoint";
    }
  }
}
