package io.github.cola4j.checkpoint;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The names most like one that does not exist, for "did you mean …?". */
record NearMisses(List<String> names) {
  private static final int AT_MOST = 3;

  static NearMisses of(String name, Collection<String> existing) {
    int tolerance = Math.max(2, name.length() / 3);
    record Candidate(String name, int distance) {}
    return new NearMisses(
        existing.stream()
            .filter(other -> Math.abs(other.length() - name.length()) <= tolerance)
            .map(other -> new Candidate(other, distance(name, other)))
            .filter(candidate -> candidate.distance <= tolerance)
            .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
            .limit(AT_MOST)
            .map(Candidate::name)
            .toList());
  }

  /** {@code "; did you mean 'a' or 'b'?"}, or nothing where nothing is near. */
  String asQuestion() {
    return names.isEmpty()
        ? ""
        : names.stream().collect(Collectors.joining("' or '", "; did you mean '", "'?"));
  }

  /** Levenshtein distance, upper and lower case alike. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int substituted = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
