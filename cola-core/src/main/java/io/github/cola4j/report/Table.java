package io.github.cola4j.report;

import io.github.cola4j.gate.Evaluated;
import io.github.cola4j.gate.GateReport;
import io.github.cola4j.gate.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of a report, as plain text; who writes it escapes it.
 *
 * @param title what it shows
 * @param columns their names
 * @param rows a text for each column
 */
record Table(String title, List<String> columns, List<List<String>> rows) {
  /** The column of gates that says {@code kept} or {@code missed}. */
  static final String VERDICT = "verdict";

  /**
   * The tables about a run: gates if there are any, metrics, users if there are any, an evaluation
   * if there is one, facts.
   */
  static List<Table> of(RunReport report) {
    List<Table> tables = new ArrayList<>();
    if (!report.gates().checks().isEmpty()) {
      tables.add(gates(report.gates()));
    }
    if (!report.summary().metrics().isEmpty()) {
      tables.add(
          new Table(
              "Metrics",
              List.of("metric", "value"),
              report.summary().metrics().entrySet().stream()
                  .map(metric -> List.of(metric.getKey(), Numbers.metric(metric.getValue())))
                  .toList()));
    }
    if (!report.summary().users().isEmpty()) {
      tables.add(users(report.summary()));
    }
    report.evaluation().ifPresent(evaluation -> tables.add(evaluation(evaluation)));
    tables.add(facts(report));
    return tables;
  }

  private static Table gates(GateReport gates) {
    return new Table(
        "Gates",
        List.of(VERDICT, "gate", "wanted", "outcome"),
        gates.missedFirst().stream()
            .map(
                check ->
                    List.of(
                        check.kept() ? "kept" : "missed",
                        check.name(),
                        check.wanted(),
                        check.outcome()))
            .toList());
  }

  private static Table users(Summary summary) {
    // Users without rows of their own have no metrics, so every user is asked.
    List<String> metrics =
        summary.users().values().stream()
            .flatMap(user -> user.metrics().keySet().stream())
            .distinct()
            .toList();
    boolean fits = summary.users().values().stream().anyMatch(user -> user.fits().isPresent());
    boolean kept = summary.users().values().stream().anyMatch(user -> user.keptStep().isPresent());
    List<String> columns = new ArrayList<>(List.of("user", "training rows"));
    if (fits) {
      columns.add("fits");
    }
    if (kept) {
      columns.add("kept step");
    }
    columns.addAll(metrics);
    List<List<String>> rows = new ArrayList<>();
    summary
        .users()
        .forEach(
            (name, user) -> {
              List<String> row = new ArrayList<>(List.of(name, "" + user.trainingRows()));
              if (fits) {
                row.add(user.fits().map(String::valueOf).orElse(""));
              }
              if (kept) {
                row.add(user.keptStep().map(String::valueOf).orElse(""));
              }
              for (String metric : metrics) {
                Double value = user.metrics().get(metric);
                row.add(value == null ? "" : Numbers.metric(value));
              }
              rows.add(row);
            });
    return new Table("Users: " + summary.usersMode(), columns, rows);
  }

  private static Table evaluation(Evaluated evaluation) {
    String timed = "%d single %ss".formatted(evaluation.timed(), evaluation.of());
    return new Table(
        "Evaluation",
        List.of("", ""),
        List.of(
            List.of("rows", "" + evaluation.rows()),
            List.of("latency p50, of " + timed, Numbers.millis(evaluation.p50Millis())),
            List.of("latency p95", Numbers.millis(evaluation.p95Millis())),
            List.of(
                "rows a second, in batches",
                String.format(Locale.ROOT, "%.1f", evaluation.rowsPerSecond())),
            List.of("peak memory", Numbers.memory(evaluation.peakBytes())),
            List.of("device", evaluation.device() + ", threads " + evaluation.threads())));
  }

  private static Table facts(RunReport report) {
    Summary summary = report.summary();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("base", summary.base()));
    rows.add(List.of("task", summary.task()));
    if (!summary.labels().isEmpty()) {
      rows.add(List.of("labels", String.join(", ", summary.labels())));
    }
    rows.add(List.of("training rows", "" + summary.trainingRows()));
    rows.add(List.of("steps", summary.steps() + ", kept that of step " + summary.keptStep()));
    rows.add(
        List.of(
            "trainable parameters",
            summary.trainableParameters() + " at " + summary.sites() + " sites"));
    rows.add(
        List.of(
            "training rows a second",
            String.format(Locale.ROOT, "%.1f", summary.examplesPerSecond())));
    rows.add(List.of("time", Numbers.seconds(summary.seconds())));
    for (RunReport.Phase phase : report.phases()) {
      rows.add(List.of("time: " + phase.name(), Numbers.seconds(phase.seconds())));
    }
    rows.add(List.of("peak memory", Numbers.memory(summary.peakBytes())));
    return new Table("Run", List.of("", ""), rows);
  }
}
