package io.github.cola4j.bench;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** The time that this JVM collects garbage, counted from when this was made. */
final class GarbageCollection {
  private static final double NANOS_PER_MILLI = 1e6;

  private final long before = millis();

  /**
   * Its share of a time.
   *
   * @param nanos what was worked since this was made
   */
  double shareOf(long nanos) {
    return Rounded.of((millis() - before) * NANOS_PER_MILLI / nanos, 5);
  }

  private static long millis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .filter(time -> time > 0) // -1: it does not tell
        .sum();
  }
}
