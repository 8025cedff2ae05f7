package io.github.cola4j.report;

import java.util.Locale;

/** Numbers as reports tell them, the same in every country. */
final class Numbers {
  private static final double SMALL = 1e-3;
  private static final double LARGE = 1e6;
  private static final double BYTES_PER_MEGABYTE = 1e6;

  private Numbers() {}

  /** With four decimals; very small and very large ones as powers of ten. */
  static String metric(double value) {
    double size = Math.abs(value);
    boolean plain = value == 0 || size >= SMALL && size < LARGE || !Double.isFinite(value);
    return String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", value);
  }

  static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }

  static String millis(double millis) {
    return String.format(Locale.ROOT, "%.2f ms", millis);
  }

  static String bytes(double bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / BYTES_PER_MEGABYTE);
  }

  /** Memory, where 0 stands for a platform that did not tell. */
  static String memory(double bytes) {
    return bytes > 0 ? bytes(bytes) : "unknown";
  }
}
