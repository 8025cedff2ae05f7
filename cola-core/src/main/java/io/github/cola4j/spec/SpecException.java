package io.github.cola4j.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A spec that cannot be run as it stands. Holds every problem found, not only the first. */
public class SpecException extends RuntimeException {
  private final transient List<Problem> problems;

  /**
   * @param problems at least one, in the order in which they shall be listed
   */
  public SpecException(List<Problem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, in the order of the lines of the file. */
  public List<Problem> problems() {
    return problems;
  }

  private static String message(List<Problem> problems) {
    if (problems.size() == 1) {
      return problems.get(0).toString();
    }
    return problems.stream()
        .map(problem -> "\n  " + problem)
        .collect(Collectors.joining("", problems.size() + " problems:", ""));
  }
}
