package io.github.cola4j.maven;

import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.WorkerOutcome;
import java.util.List;
import org.apache.maven.plugin.AbstractMojoExecutionException;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;

/**
 * What went wrong, as a build failure that says what to do. A {@link MojoFailureException} is for
 * what the user can put right in spec, data or parameters, a {@link MojoExecutionException} for
 * everything else.
 */
final class Advice {
  /** A worker knows of no front end, so it cannot say how this one forces a run. */
  private static final String FORCE = "force it (-D" + PropertyNames.FORCE + ")";

  private static final String PREDICT = "perhaps you should run cola:predict";

  private Advice() {}

  /** What failed, and how that may be put right. */
  static String perhaps(String whatFailed, String fix) {
    return whatFailed + ", perhaps you should " + fix;
  }

  /**
   * The failure that an outcome is.
   *
   * @param what what was done, say {@code Fine-tuning}
   * @param jvm the worker's JVM and its arguments, in words
   * @throws AbstractMojoExecutionException unless the outcome is {@link WorkerOutcome.Finished}
   */
  static void check(WorkerOutcome outcome, String what, String jvm)
      throws MojoFailureException, MojoExecutionException {
    if (outcome instanceof WorkerOutcome.Finished) {
      return;
    }
    String text = what + " failed: " + outcome.text();
    if (outcome instanceof WorkerOutcome.Failed failed) {
      if (failed.failure().kind() == Failure.Kind.OUT_OF_MEMORY) {
        throw new MojoFailureException(text + jvmLines(jvm));
      }
      throw failure(what, failed.failure());
    }
    if (outcome instanceof WorkerOutcome.TimedOut) {
      throw new MojoFailureException(
          "%s was %s\n  the limit is %s, in minutes; 0 is none"
              .formatted(what, outcome.text(), PropertyNames.option(PropertyNames.TIMEOUT, "…")));
    }
    if (outcome instanceof WorkerOutcome.Crashed) {
      throw new MojoExecutionException(text + jvmLines(jvm));
    }
    throw new MojoExecutionException(what + " was " + outcome.text());
  }

  /**
   * What Maven's own JVM met in a job's work.
   *
   * @return never: a {@link MojoFailureException} is thrown for what the user can put right
   */
  static MojoExecutionException failure(String what, Failure failure) throws MojoFailureException {
    String text = what + " failed: " + failure.text();
    if (failure.kind() == Failure.Kind.USER) {
      throw new MojoFailureException(
          text.replace("force it", FORCE).replace("ask for predictions", PREDICT));
    }
    return new MojoExecutionException(text + defect(failure));
  }

  private static String jvmLines(String jvm) {
    return "\n  its JVM was %s; %s and %s change that"
        .formatted(jvm, PropertyNames.JVM, PropertyNames.ARG_LINE);
  }

  private static String defect(Failure failure) {
    List<String> trace = failure.stackTrace().lines().skip(1).limit(1).toList();
    return (trace.isEmpty() ? "" : "\n  " + trace.get(0).strip())
        + "\n  this is a defect of ColA, not of your data; please report it with the stack trace"
        + " that mvn -X shows";
  }
}
