package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.live.Curves;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.report.History;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "plot",
    description = "Draws how runs learned: loss, metrics, and the time of a step's two halves.")
final class PlotMagic implements Magic {
  private final Session session;

  @Parameters(paramLabel = "RUN", description = "runs to draw; by default this notebook's last")
  private List<String> runs = new ArrayList<>();

  PlotMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() {
    Map<String, History> histories = new LinkedHashMap<>();
    for (Path folder :
        runs.isEmpty() ? List.of(session.run(null)) : runs.stream().map(session::run).toList()) {
      histories.put(folder.getFileName().toString(), History.soFar(folder));
    }
    if (histories.values().stream().allMatch(history -> history.steps().isEmpty())) {
      throw CellError.perhaps("There are no steps to draw", "train first (%%cola finetune)");
    }
    session.notebook().show(Curves.of(histories));
    return null;
  }
}
