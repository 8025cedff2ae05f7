package io.github.cola4j.data;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names as an error lists them. */
final class Names {
  private static final int LONGEST = 40;

  private Names() {}

  /** The names in quotes; long ones, which are likely no names but data, cut short. */
  static String listed(Collection<String> names) {
    return names.stream()
        .map(n -> n.length() > LONGEST ? n.substring(0, LONGEST) + "…" : n)
        .map(n -> "'" + n + "'")
        .collect(Collectors.joining(", "));
  }
}
