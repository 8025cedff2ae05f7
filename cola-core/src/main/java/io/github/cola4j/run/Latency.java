package io.github.cola4j.run;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * How long single predictions take, one after the other.
 *
 * @param count how many were timed
 * @param p50Millis the time that half of them took at most
 * @param p95Millis the time that 95 of 100 took at most
 */
record Latency(int count, double p50Millis, double p95Millis) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int WARM_UP = 10;
  private static final int MOST = 200;
  private static final int LEAST = 20; // the fewest of which 95 of 100 leaves one out
  private static final long LONGEST_NANOS = 60_000_000_000L;

  /**
   * Times predictions: after ten that do not count, 200 of them, or as many as a minute allows, but
   * 20 at least. They are spread evenly over what there is; where that is less, it is gone through
   * again.
   *
   * @param there how many different ones there are
   * @param predict makes the prediction of a number below that
   */
  static Latency of(int there, IntConsumer predict) {
    for (int i = 0; i < WARM_UP; i++) {
      predict.accept(pick(i * (MOST / WARM_UP), there));
    }
    long[] nanos = new long[MOST];
    int timed = 0;
    long began = System.nanoTime();
    while (timed < MOST && (timed < LEAST || System.nanoTime() - began < LONGEST_NANOS)) {
      long start = System.nanoTime();
      predict.accept(pick(timed, there));
      nanos[timed++] = System.nanoTime() - start;
    }
    return of(Arrays.copyOf(nanos, timed));
  }

  private static int pick(int number, int there) {
    return there < MOST ? number % there : (int) ((long) number * there / MOST);
  }

  /** From times in nanoseconds, at least one; each quantile is one of them, the nearest rank. */
  static Latency of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latency(sorted.length, quantile(sorted, 0.5), quantile(sorted, 0.95));
  }

  private static double quantile(long[] sorted, double part) {
    return sorted[(int) Math.ceil(part * sorted.length) - 1] / NANOS_PER_MILLI;
  }
}
