package io.github.cola4j.run;

import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.data.DataException;
import io.github.cola4j.model.ModelException;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is wrong with files that a spec names, told as what is wrong with the spec: with the line
 * and the key that name the file, for these are what a user has before them.
 */
public final class SpecProblems {
  private SpecProblems() {}

  /**
   * Does what a spec asks for.
   *
   * @throws SpecException in place of a problem with a file that the spec names
   */
  static <T> T located(RunSpec spec, Supplier<T> work) {
    try {
      return work.get();
    } catch (DataException | CheckpointException | ModelException e) {
      throw located(spec, e);
    }
  }

  /** A problem as one of the spec's, if it is with a file that the spec names; else itself. */
  public static RuntimeException located(RunSpec spec, RuntimeException problem) {
    Optional<String> column =
        problem instanceof DataException data ? data.column() : Optional.empty();
    return spec.problemWithFile(problem.getMessage(), column)
        .map(
            found -> {
              SpecException located = new SpecException(List.of(found));
              located.initCause(problem);
              return (RuntimeException) located;
            })
        .orElse(problem);
  }
}
