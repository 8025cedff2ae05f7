package io.github.cola4j.lock;

import java.util.List;

/** What a run of the locked inputs came to, held against its lock. */
public sealed interface Verdict {
  /** The same platform, and the same bytes. */
  record SameBytes() implements Verdict {}

  /**
   * The same platform, and other bytes.
   *
   * @param files that differ, a line each
   */
  record OtherBytes(List<String> files) implements Verdict {}

  /**
   * Another platform, and metrics within their tolerances.
   *
   * @param platform where it differs, a line each
   * @param metrics how many were compared
   */
  record Agrees(List<String> platform, int metrics) implements Verdict {}

  /**
   * Another platform, and metrics that are too far off.
   *
   * @param platform where it differs, a line each
   * @param metrics that are off, a line each
   */
  record Disagrees(List<String> platform, List<String> metrics) implements Verdict {}
}
