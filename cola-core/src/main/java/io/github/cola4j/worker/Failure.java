package io.github.cola4j.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;

/**
 * Why a job failed, in a form that travels between processes and can be shown as it is.
 *
 * @param kind what sort of problem it is, that is, who can do something about it
 * @param message what is wrong, in plain words
 * @param details more lines, if there are: each problem found, or what to do
 * @param stackTrace where it came from, for a report of an {@link Kind#INTERNAL} problem; else
 *     empty
 */
public record Failure(Kind kind, String message, List<String> details, String stackTrace) {
  /** Who can do something about a failure. */
  public enum Kind {
    /** The user: the spec, the data, a checkpoint, a full disk. The message says how. */
    USER,
    /** The user, with more memory or a smaller run. */
    OUT_OF_MEMORY,
    /** Nobody but a developer. */
    INTERNAL
  }

  /** Copies the details. */
  public Failure {
    details = List.copyOf(details);
  }

  /** A problem that the user can solve; no stack trace. */
  public static Failure user(String message, String... details) {
    return new Failure(Kind.USER, message, List.of(details), "");
  }

  /** A problem of the code's own. */
  public static Failure internal(Throwable problem) {
    StringWriter trace = new StringWriter();
    problem.printStackTrace(new PrintWriter(trace));
    return new Failure(Kind.INTERNAL, problem.toString(), List.of(), trace.toString());
  }

  /**
   * What can be told of an exception that nobody knows better: exhausted memory (the heap's, or
   * that of the native library) and the plain troubles with files are recognised, everything else
   * is internal. Causes are looked at too.
   */
  public static Failure of(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      Failure known = recognise(cause);
      if (known != null) {
        return known;
      }
    }
    return internal(problem);
  }

  /** Message and details as one text of several lines. */
  public String text() {
    return details.isEmpty() ? message : message + "\n  " + String.join("\n  ", details);
  }

  private static Failure recognise(Throwable problem) {
    String message = String.valueOf(problem.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (problem instanceof OutOfMemoryError) {
      return outOfMemory("the worker's JVM is out of memory: " + message, heapAdvice(lower));
    }
    if (lower.contains("cuda out of memory")) {
      return outOfMemory("the GPU is out of memory: " + firstLine(message), SMALLER_RUN);
    }
    if (lower.contains("can't allocate memory")
        || lower.contains("cannot allocate memory")
        || lower.contains("std::bad_alloc")
        || lower.contains("not enough memory: you tried to allocate")) {
      return outOfMemory("the machine is out of memory: " + firstLine(message), SMALLER_RUN);
    }
    if (lower.contains("no space left on device")
        || lower.contains("not enough space on the disk")
        || lower.contains("disk quota exceeded")) {
      return user("the disk is full: " + message, "free some space and start the run again");
    }
    if (problem instanceof NoSuchFileException) {
      return user("no such file or folder: " + message);
    }
    if (problem instanceof FileAlreadyExistsException) {
      return user("it exists already: " + message);
    }
    if (problem instanceof AccessDeniedException) {
      return user("access denied: " + message, "check who owns it and its permissions");
    }
    return null;
  }

  private static final String SMALLER_RUN =
      "use a smaller batch_size or max_length, or a machine with more memory";

  private static String heapAdvice(String message) {
    if (message.contains("direct buffer")) {
      return "give the worker more with -XX:MaxDirectMemorySize=, say 1g, in its JVM arguments";
    }
    if (message.contains("native thread")) {
      return "the limit on processes is reached (ulimit -u, or the container's pids limit)";
    }
    return "give the worker a larger heap with -Xmx, say -Xmx1g, in its JVM arguments";
  }

  private static Failure outOfMemory(String message, String advice) {
    return new Failure(Kind.OUT_OF_MEMORY, message, List.of(advice), "");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
