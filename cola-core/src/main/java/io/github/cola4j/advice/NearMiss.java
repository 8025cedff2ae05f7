package io.github.cola4j.advice;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a user may have meant by a name that does not exist: keys, files, columns, targets. */
public final class NearMiss {
  private static final int SUGGESTIONS = 3;
  private static final int LISTED = 20;

  private NearMiss() {}

  /**
   * The known names that resemble the wanted one, the nearest first, at most three. Case, hyphens
   * and underscores do not count; one typing error in three letters does (a letter too much, too
   * little, wrong, or swapped with its neighbour); a longer name that begins or ends with the
   * wanted one, or the reverse, is near as well.
   */
  public static List<String> of(String wanted, Collection<String> known) {
    record Candidate(String name, int distance) {}
    String plain = plain(wanted);
    return known.stream()
        .distinct()
        .map(name -> new Candidate(name, distance(plain, plain(name))))
        .filter(candidate -> candidate.distance < Integer.MAX_VALUE)
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .limit(SUGGESTIONS)
        .map(Candidate::name)
        .toList();
  }

  /**
   * The same as advice: {@code did you mean "query"?}, or else what there is: {@code one of: key,
   * query, value}. Empty if nothing is known.
   */
  public static String advice(String wanted, Collection<String> known) {
    String question = question(wanted, known);
    if (!question.isEmpty()) {
      return question;
    }
    if (known.isEmpty()) {
      return "";
    }
    String more = known.size() > LISTED ? ", … (" + known.size() + " in all)" : "";
    return known.stream().limit(LISTED).collect(Collectors.joining(", ", "one of: ", more));
  }

  /** The same as a question, {@code did you mean "query" or "key"?}; empty if nothing is near. */
  public static String question(String wanted, Collection<String> known) {
    List<String> near = of(wanted, known);
    return near.isEmpty()
        ? ""
        : near.stream()
            .map(name -> '"' + name + '"')
            .collect(Collectors.joining(" or ", "did you mean ", "?"));
  }

  /**
   * The question as the end of a sentence, {@code ; did you mean "query"?}; empty if nothing is
   * near.
   */
  public static String asClause(String wanted, Collection<String> known) {
    String question = question(wanted, known);
    return question.isEmpty() ? "" : "; " + question;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "").replace(" ", "");
  }

  /** The number of typing errors between two names; the largest integer where they are unlike. */
  private static int distance(String a, String b) {
    int longer = Math.max(a.length(), b.length());
    int shorter = Math.min(a.length(), b.length());
    int allowed = longer / 3;
    if (longer - shorter <= allowed) {
      int edits = edits(a, b);
      if (edits <= allowed) {
        return edits;
      }
    }
    boolean part = a.startsWith(b) || a.endsWith(b) || b.startsWith(a) || b.endsWith(a);
    return part && shorter >= 3 ? longer - shorter + allowed : Integer.MAX_VALUE;
  }

  /** Damerau and Levenshtein's distance, in the form that edits no part twice. */
  private static int edits(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
