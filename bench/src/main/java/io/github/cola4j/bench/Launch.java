package io.github.cola4j.bench;

import io.github.cola4j.worker.WorkerCommand;
import java.lang.management.ManagementFactory;
import java.util.Map;

/**
 * When a worker was asked for, which is what its user waits from: process, JVM, native library and
 * weights come after it.
 */
final class Launch {
  private static final String MOMENT = "cola.bench.launched";

  private Launch() {}

  /** {@link WorkerCommand#systemProperties} that tell the worker about this moment. */
  static Map<String, String> now() {
    return Map.of(MOMENT, Long.toString(System.currentTimeMillis()));
  }

  /** Milliseconds since then; outside of a worker since the JVM was started. */
  static long millisSince() {
    long start = Long.getLong(MOMENT, ManagementFactory.getRuntimeMXBean().getStartTime());
    return System.currentTimeMillis() - start;
  }
}
