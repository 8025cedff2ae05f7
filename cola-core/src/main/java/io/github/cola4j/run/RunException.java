package io.github.cola4j.run;

import java.util.List;

/** A run that cannot begin or go on, for a reason that the user can do something about. */
public final class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient List<String> advice;

  /**
   * @param problem what is wrong
   * @param advice more lines: what was compared, what to do
   */
  public RunException(String problem, String... advice) {
    super(problem);
    this.advice = List.of(advice);
  }

  /** Lines that say more, or what to do. */
  public List<String> advice() {
    return advice;
  }
}
