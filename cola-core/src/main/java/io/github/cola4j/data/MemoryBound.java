package io.github.cola4j.data;

import java.nio.file.Path;
import java.util.Locale;

/** Tells images that memory has no room for before it is full. */
final class MemoryBound {
  private static final double MIB = 1 << 20;

  private MemoryBound() {}

  /**
   * Leaves a quarter of the heap to everything else.
   *
   * @param bytes how many are needed; a double, which no product overflows
   * @param what what needs them: the subject of a sentence
   * @param fix what helps beside more memory
   * @throws DataException where there can't be so many
   */
  static void check(Path file, double bytes, String what, String fix) {
    long most = Runtime.getRuntime().maxMemory() / 4 * 3;
    if (bytes > most) {
      throw new DataException(
          file,
          0,
          what + " would take " + mib(bytes) + " of memory; there are " + mib(most) + " for images",
          fix + ", or give Java a larger heap (-Xmx)");
    }
  }

  private static String mib(double bytes) {
    return String.format(Locale.ROOT, "%,.0f MiB", bytes / MIB);
  }
}
