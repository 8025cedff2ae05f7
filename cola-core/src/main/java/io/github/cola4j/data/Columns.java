package io.github.cola4j.data;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The columns that are read.
 *
 * @param text one or two
 * @param label null for none
 */
record Columns(List<String> text, String label) {
  private static final int LONGEST_NAME = 40;

  Columns {
    text = List.copyOf(text);
    if (text.isEmpty() || text.size() > 2) {
      throw new IllegalArgumentException("one or two text columns, not " + text.size());
    }
  }

  String first() {
    return text.get(0);
  }

  /** Null where there is one text column. */
  String second() {
    return text.size() == 2 ? text.get(1) : null;
  }

  /** The names in quotes; long ones, which are likely no names but data, cut short. */
  static String listed(Collection<String> names) {
    return names.stream()
        .map(n -> n.length() > LONGEST_NAME ? n.substring(0, LONGEST_NAME) + "…" : n)
        .map(n -> "'" + n + "'")
        .collect(Collectors.joining(", "));
  }
}
