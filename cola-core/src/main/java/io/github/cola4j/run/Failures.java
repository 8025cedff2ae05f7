package io.github.cola4j.run;

import io.github.cola4j.adapter.AdapterException;
import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.checkpoint.StorageException;
import io.github.cola4j.data.DataException;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.lock.LockException;
import io.github.cola4j.merge.MergeException;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.offload.FitException;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.worker.Failure;
import java.io.UncheckedIOException;

/** How this project's own exceptions are told to the user of a worker. */
public final class Failures {
  private Failures() {}

  /** What the user reads of a problem that a job of this project met. */
  public static Failure describe(Throwable problem) {
    if (problem instanceof RunException run) {
      return Failure.user(run.getMessage(), run.advice().toArray(String[]::new));
    }
    if (problem instanceof FitException) { // on another thread, where it has its own kind
      return describe(problem.getCause());
    }
    if (problem instanceof SpecException
        || problem instanceof AdapterException // of a kind of the user's own
        || problem instanceof DataException
        || problem instanceof CheckpointException
        || problem instanceof StorageException
        || problem instanceof ModelException
        || problem instanceof MergeException
        || problem instanceof LockException
        || problem instanceof SummaryException
        || problem instanceof UncheckedIOException) { // a file that cannot be written
      return Failure.user(problem.getMessage());
    }
    return Failure.of(problem);
  }
}
