package io.github.cola4j.gate;

import io.github.cola4j.gate.GateReport.Check;
import io.github.cola4j.gate.GateReport.Verdict;
import io.github.cola4j.spec.Gate;
import io.github.cola4j.spec.GatesSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Holds what was measured against what a spec demands. */
public final class Gates {
  private Gates() {}

  /**
   * Checks every gate: those of the run, of its users, and against the baseline, whose file is read
   * here. What was not measured is a miss, and so is a baseline that cannot be read.
   */
  public static GateReport check(GatesSpec wanted, Measurements found) {
    List<Check> checks = new ArrayList<>();
    wanted.run().forEach((name, gate) -> checks.add(run(name, gate, found)));
    wanted.users().forEach((name, gate) -> checks.addAll(users(name, gate, found)));
    wanted.baseline().ifPresent(baseline -> checks.addAll(baseline(baseline, found)));
    return new GateReport(checks);
  }

  private static Check run(String name, Gate gate, Measurements found) {
    Double value = found.run().get(name);
    return value == null
        ? notMeasured(name, gate, whyNot(name, found))
        : check(name, gate, value, "");
  }

  private static String whyNot(String name, Measurements found) {
    return switch (name) {
      case GatesSpec.LATENCY_P50, GatesSpec.LATENCY_P95 ->
          "no evaluation of this adapter timed predictions; run cola:evaluate first";
      case GatesSpec.ADAPTER_SIZE -> "the run has no adapter_model.safetensors";
      default -> "the run tells only of " + String.join(", ", found.run().keySet());
    };
  }

  /** A line for each user who misses it; one for all where nobody does. */
  private static List<Check> users(String metric, Gate gate, Measurements found) {
    String name = "users." + metric;
    Set<String> measured =
        found.users().values().stream()
            .flatMap(own -> own.keySet().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (!measured.contains(metric)) {
      return List.of(
          notMeasured(
              name,
              gate,
              measured.isEmpty()
                  ? "the run's validation rows do not say whose they are"
                  : "the run tells of each user only " + String.join(", ", measured)));
    }
    List<Check> missed = new ArrayList<>();
    found
        .users()
        .forEach(
            (user, own) -> {
              String whose = name + " (" + user + ")";
              if (!own.containsKey(metric)) {
                missed.add(notMeasured(whose, gate, "no validation row is this user's"));
              } else if (!gate.passes(own.get(metric))) {
                missed.add(check(whose, gate, own.get(metric), ""));
              }
            });
    return missed.isEmpty() ? List.of(nearest(name, metric, gate, found)) : missed;
  }

  /** The user who came nearest to missing it stands for all. */
  private static Check nearest(String name, String metric, Gate gate, Measurements found) {
    boolean atLeast =
        gate.comparison() == Gate.Comparison.AT_LEAST || gate.comparison() == Gate.Comparison.ABOVE;
    ToDoubleFunction<Map.Entry<String, Map<String, Double>>> distance =
        user -> atLeast ? user.getValue().get(metric) : -user.getValue().get(metric);
    OptionalDouble least = found.users().entrySet().stream().mapToDouble(distance).min();
    double value = atLeast ? least.orElseThrow() : -least.orElseThrow();
    int users = found.users().size();
    return check(
        name,
        gate,
        value,
        users == 1
            ? "of the only user"
            : "the " + (atLeast ? "lowest" : "highest") + " of " + users + " users");
  }

  private static List<Check> baseline(GatesSpec.Baseline baseline, Measurements found) {
    List<Check> checks = new ArrayList<>();
    Measurements before;
    try {
      before = Measurements.of(Summary.read(baseline.file().path()));
    } catch (SummaryException e) {
      baseline
          .changes()
          .forEach(
              (name, gate) ->
                  checks.add(
                      notMeasured(
                          "baseline." + name,
                          gate,
                          baseline.file().asWritten() + " " + e.problem())));
      return checks;
    }
    baseline
        .changes()
        .forEach((name, gate) -> checks.add(change(name, gate, found, before, baseline)));
    return checks;
  }

  private static Check change(
      String metric,
      Gate gate,
      Measurements found,
      Measurements before,
      GatesSpec.Baseline baseline) {
    String name = "baseline." + metric;
    Double now = found.run().get(metric);
    Double was = before.run().get(metric);
    if (now == null) {
      return notMeasured(name, gate, whyNot(metric, found));
    }
    if (was == null) {
      return notMeasured(name, gate, baseline.file().asWritten() + " does not have it");
    }
    return check(
        name, gate, difference(now, was), "from " + gate.shown(was) + " to " + gate.shown(now));
  }

  /** In decimals: 0.82 − 0.83 is −0.01, and not a little less. */
  private static double difference(double now, double was) {
    return Double.isFinite(now) && Double.isFinite(was)
        ? new BigDecimal(Double.toString(now))
            .subtract(new BigDecimal(Double.toString(was)))
            .doubleValue()
        : now - was;
  }

  private static Check check(String name, Gate gate, double value, String why) {
    return new Check(
        name,
        gate.asWritten(),
        gate.shown(value),
        gate.passes(value) ? Verdict.KEPT : Verdict.MISSED,
        why);
  }

  private static Check notMeasured(String name, Gate gate, String why) {
    return new Check(name, gate.asWritten(), "", Verdict.NOT_MEASURED, why);
  }
}
