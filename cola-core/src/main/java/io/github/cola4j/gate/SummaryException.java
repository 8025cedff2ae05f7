package io.github.cola4j.gate;

import java.nio.file.Path;

/** A folder or file of a run that cannot be read: the run is not finished, or it is damaged. */
public final class SummaryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String problem;

  /**
   * @param file the folder or file
   * @param problem what is wrong with it, and what to do
   */
  public SummaryException(Path file, String problem) {
    super(file + ": " + problem);
    this.file = file;
    this.problem = problem;
  }

  /** The folder or file that cannot be read. */
  public Path file() {
    return file;
  }

  /** What is wrong with it, and what to do, without its name. */
  public String problem() {
    return problem;
  }
}
