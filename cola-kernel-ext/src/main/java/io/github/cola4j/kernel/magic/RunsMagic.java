package io.github.cola4j.kernel.magic;

import io.github.cola4j.event.Told;
import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.kernel.live.Grid;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.report.History;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(name = "runs", description = "Lists the runs that are here, with what they came to.")
final class RunsMagic implements Magic {
  private final Session session;

  RunsMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() {
    List<Path> runs = session.runs().all();
    if (runs.isEmpty()) {
      session.notebook().out().println("There are no runs here yet: %%cola finetune makes one.");
      return null;
    }
    Set<Path> going =
        session.trainings().running().stream()
            .map(training -> training.asked().folder())
            .collect(Collectors.toSet());
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("run", "state", "steps", "metrics", "trainable parameters", "time"));
    for (Path run : runs) {
      rows.add(row(run, going.contains(run)));
    }
    session.notebook().show(Grid.of(rows));
    return null;
  }

  private static List<String> row(Path run, boolean goesOn) {
    String name = run.getFileName().toString();
    try {
      if (goesOn || !Files.exists(run.resolve(Summary.FILE))) {
        int steps = History.soFar(run).steps().size();
        return List.of(name, goesOn ? "goes on" : "not finished", "" + steps, "", "", "");
      }
      Summary summary = Summary.ofRun(run);
      return List.of(
          name,
          "finished",
          Told.count(summary.steps()),
          Told.metrics(summary.metrics()),
          Told.count(summary.trainableParameters()),
          Told.time(summary.seconds()));
    } catch (SummaryException e) {
      return List.of(name, e.getMessage(), "", "", "", "");
    }
  }
}
