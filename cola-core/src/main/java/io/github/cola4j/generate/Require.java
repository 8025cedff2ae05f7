package io.github.cola4j.generate;

import java.util.Locale;

/** What settings must hold. */
final class Require {
  private Require() {}

  /** Throws {@link IllegalArgumentException} unless {@code holds}. */
  static void that(boolean holds, String otherwise, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, otherwise, values));
    }
  }
}
