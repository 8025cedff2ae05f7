package io.github.cola4j.gate;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What became of the gates.
 *
 * @param checks one for each gate, in the order of the spec; for users one for each who misses it
 */
public record GateReport(List<Check> checks) {
  /** How a gate came out. */
  public enum Verdict {
    KEPT,
    MISSED,
    /** Which is a miss as well: a gate that nothing was held against says nothing good. */
    NOT_MEASURED
  }

  /**
   * One gate.
   *
   * @param name its name in the spec, with the user's where it is about one: {@code users.accuracy
   *     (ann)}
   * @param wanted the condition as the spec has it
   * @param found what was found, in the gate's unit; empty if nothing was measured
   * @param verdict how it came out
   * @param why why nothing was measured, or what the number means; else empty
   */
  public record Check(String name, String wanted, String found, Verdict verdict, String why) {
    /** Whether the gate lets the build pass. */
    public boolean kept() {
      return verdict == Verdict.KEPT;
    }

    /** What came out, in words: {@code found 0.79}, {@code not measured: …}. */
    public String outcome() {
      String found = verdict == Verdict.NOT_MEASURED ? "not measured" : "found " + found();
      if (why.isEmpty()) {
        return found;
      }
      return verdict == Verdict.NOT_MEASURED ? found + ": " + why : found + " (" + why + ")";
    }
  }

  /** Copies the list. */
  public GateReport {
    checks = List.copyOf(checks);
  }

  /** Whether every gate is kept. */
  public boolean kept() {
    return missed().isEmpty();
  }

  /** The gates that are not kept, in the order of the spec. */
  public List<Check> missed() {
    return checks.stream().filter(check -> !check.kept()).toList();
  }

  /** All gates, those that are not kept first, else in the order of the spec. */
  public List<Check> missedFirst() {
    return checks.stream().sorted(Comparator.comparing(Check::kept)).toList();
  }

  /** {@code 2 of 7 gates missed}, in words that fit any number. */
  public String headline() {
    int all = checks.size();
    if (all == 0) {
      return "no gates to keep";
    }
    int missed = missed().size();
    String gates = all == 1 ? "gate" : "gates";
    return missed == 0
        ? (all == 1 ? "1 gate kept" : "all " + all + " gates kept")
        : missed + " of " + all + " " + gates + " missed";
  }

  /** The lines that a build prints: how many were missed, then every gate, those missed first. */
  public String text() {
    int name = width(checks.stream().map(Check::name).toList());
    int wanted = width(checks.stream().map(Check::wanted).toList());
    return missedFirst().stream()
        .map(
            check ->
                String.format(
                        Locale.ROOT,
                        "  %-6s  %-" + name + "s  wanted %-" + wanted + "s  %s",
                        check.kept() ? "kept" : "MISSED",
                        line(check.name()),
                        line(check.wanted()),
                        line(check.outcome()))
                    .stripTrailing())
        .collect(Collectors.joining("\n", headline() + (checks.isEmpty() ? "" : ":\n"), ""));
  }

  private static int width(List<String> texts) {
    return texts.stream().mapToInt(text -> line(text).length()).max().orElse(1);
  }

  /** Names of users may hold what would move the cursor or break the line. */
  private static String line(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]", "?");
  }
}
