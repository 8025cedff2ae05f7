package io.github.cola4j.kernel.magic;

import io.github.cola4j.event.Told;
import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.kernel.live.Grid;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "users", description = "Shows what became of each user of a finished run.")
final class UsersMagic implements Magic {
  private final Session session;

  @Option(names = "--run", paramLabel = "RUN", description = "by default this notebook's last")
  private String run;

  UsersMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() {
    Path folder = session.run(run);
    try {
      Summary summary = Summary.ofRun(folder);
      if (summary.users().isEmpty()) {
        session
            .notebook()
            .out()
            .println("The run " + folder.getFileName() + " has no users: its spec names none.");
        return null;
      }
      session.notebook().show(Grid.of(rows(summary), "users learn: " + summary.usersMode()));
    } catch (SummaryException e) {
      throw new CellError(e.getMessage());
    }
    return null;
  }

  private static List<List<String>> rows(Summary summary) {
    List<String> metrics =
        summary.users().values().stream()
            .flatMap(user -> user.metrics().keySet().stream())
            .distinct()
            .toList();
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("user", "rows", "fits", "kept step"));
    head.addAll(metrics);
    rows.add(head);
    summary
        .users()
        .forEach(
            (name, user) -> {
              List<String> row = new ArrayList<>();
              row.add(name);
              row.add(Told.count(user.trainingRows()));
              row.add(user.fits().map(Told::count).orElse(""));
              row.add(user.keptStep().map(Told::count).orElse(""));
              metrics.forEach(
                  metric ->
                      row.add(
                          user.metrics().containsKey(metric)
                              ? Told.number(user.metrics().get(metric))
                              : ""));
              rows.add(row);
            });
    return rows;
  }
}
