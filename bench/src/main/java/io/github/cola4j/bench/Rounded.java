package io.github.cola4j.bench;

import io.github.cola4j.run.Resources;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers with as many decimals as say something. */
final class Rounded {
  private static final double MEBI = 1 << 20;

  private Rounded() {}

  static double of(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN).doubleValue();
  }

  /** The most memory that this process had resident so far, MiB. */
  static double peakMegabytes() {
    return megabytes(Resources.peakResidentBytes());
  }

  /** Bytes as MiB. */
  static double megabytes(long bytes) {
    return of(bytes / MEBI, 1);
  }
}
