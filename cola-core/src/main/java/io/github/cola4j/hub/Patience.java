package io.github.cola4j.hub;

import java.time.Duration;

/**
 * How long to wait, and how often to try again.
 *
 * @param retries tries after the first, without a single new byte between them
 * @param firstPause before the first of them; each further pause is twice as long
 * @param longestPause where the doubling ends
 * @param longestWait the longest pause that a hub may ask for; it failed if it asks for more
 * @param connecting until a connection is there
 * @param silence without a byte, until a connection counts as dead
 */
record Patience(
    int retries,
    Duration firstPause,
    Duration longestPause,
    Duration longestWait,
    Duration connecting,
    Duration silence) {
  /** Where no connection came about at all, the network is rather off than busy. */
  private static final int RETRIES_WITHOUT_CONNECTION = 2;

  static final Patience USUAL =
      new Patience(
          5,
          Duration.ofSeconds(1),
          Duration.ofSeconds(8),
          Duration.ofMinutes(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30));

  /** One try and no more, for where the cache can help. */
  Patience none() {
    return new Patience(0, firstPause, longestPause, longestWait, connecting, silence);
  }

  /** Whether another try is due after so many failures, from 1. */
  boolean allows(int failures, Setback setback) {
    return failures
            <= (setback.connected() ? retries : Math.min(retries, RETRIES_WITHOUT_CONNECTION))
        && setback.asked().map(asked -> asked.compareTo(longestWait) <= 0).orElse(true);
  }

  /** How long to pause after so many failures, from 1. */
  Duration pause(int failures, Setback setback) {
    Duration grown = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
    Duration own = grown.compareTo(longestPause) < 0 ? grown : longestPause;
    return setback.asked().orElse(own);
  }
}
