package io.github.cola4j.junit;

import java.nio.file.Path;

/** Where assertions about a run and about its model begin. */
public final class ColaAssertions {
  private ColaAssertions() {}

  /**
   * About what a run came to; needs no native library.
   *
   * @param folder the run's, relative to the project's
   * @throws AssertionError if there is no finished run
   */
  public static RunAssert assertThatRun(Path folder) {
    return assertThatRun(RunResult.open(folder));
  }

  /** The same by the folder's name: {@code assertThatRun("target/cola/reviews")}. */
  public static RunAssert assertThatRun(String folder) {
    return assertThatRun(Path.of(folder));
  }

  /** About what a run came to; needs no native library. */
  public static RunAssert assertThatRun(RunResult run) {
    return new RunAssert(run);
  }

  /** About what a run's model makes of texts or pictures. */
  public static ModelAssert assertThatModel(TrainedModel model) {
    return new ModelAssert(model);
  }
}
