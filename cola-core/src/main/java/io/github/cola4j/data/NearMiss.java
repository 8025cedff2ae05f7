package io.github.cola4j.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody who wrote a wrong name may have meant. */
final class NearMiss {
  private NearMiss() {}

  /**
   * The known name that the fewest edits lead to, if a third of the name's letters (rounded up) is
   * enough.
   */
  static Optional<String> of(String name, Collection<String> known) {
    String wanted = normal(name);
    return known.stream()
        .filter(k -> edits(wanted, normal(k)) <= (wanted.length() + 2) / 3)
        .min(Comparator.comparingInt(k -> edits(wanted, normal(k))));
  }

  private static String normal(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  /** Levenshtein distance. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
