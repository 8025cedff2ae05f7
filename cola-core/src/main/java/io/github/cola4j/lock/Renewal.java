package io.github.cola4j.lock;

import java.util.List;

/** What becomes of a lock at the end of a run that was not held to it. */
public sealed interface Renewal {
  /**
   * It stays.
   *
   * @param verdict of the run
   */
  record Stays(Verdict verdict) implements Renewal {}

  /** There was none. */
  record First(Lock lock) implements Renewal {}

  /**
   * Something else went in.
   *
   * @param lock that takes its place
   * @param inputs that differ, a line each
   */
  record OtherInputs(Lock lock, List<String> inputs) implements Renewal {}

  /**
   * The same went in, on the same platform, and something else came out.
   *
   * @param lock that takes its place
   * @param files that differ, a line each
   */
  record OtherBytes(Lock lock, List<String> files) implements Renewal {}
}
