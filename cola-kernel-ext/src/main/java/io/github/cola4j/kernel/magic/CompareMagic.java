package io.github.cola4j.kernel.magic;

import io.github.cola4j.checkpoint.CheckpointException;
import io.github.cola4j.data.DataException;
import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.kernel.live.Html;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.report.Comparison;
import io.github.cola4j.run.CommonGround;
import io.github.cola4j.run.FinishedRun;
import io.github.cola4j.run.RunException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    description = "Sets finished runs beside each other: metrics, parameters, time, memory.")
final class CompareMagic implements Magic {
  private final Session session;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "finished runs, two or more")
  private List<String> runs;

  CompareMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() {
    Map<String, List<Summary>> summaries = new LinkedHashMap<>();
    List<FinishedRun> opened = new ArrayList<>();
    try {
      for (String name : runs) {
        Path folder = session.run(name);
        summaries.put(folder.getFileName().toString(), List.of(Summary.ofRun(folder)));
        opened.add(FinishedRun.open(folder));
      }
      if (summaries.size() < 2) {
        throw CellError.perhaps("There is nothing to compare with", "name two runs or more");
      }
      Comparison comparison = Comparison.of(summaries);
      Html html = new Html().table(comparison.cells());
      comparison.metrics().forEach(m -> comparison.plot(m).ifPresent(p -> html.raw(p.svg())));
      session.notebook().show(new Shown(comparison.text(), html.toString()));
      warn(opened);
    } catch (SummaryException | RunException | CheckpointException | DataException e) {
      throw new CellError(e.getMessage());
    }
    return null;
  }

  /** Runs of other rows may be looked at beside each other, but their numbers say little. */
  private void warn(List<FinishedRun> opened) {
    FinishedRun first = opened.get(0);
    for (FinishedRun other : opened.subList(1, opened.size())) {
      List<String> differences = CommonGround.differences(first.spec(), other.spec());
      if (!differences.isEmpty()) {
        session
            .notebook()
            .err()
            .println(
                "%s and %s differ in what is learned or measured, so their metrics cannot be compared:\n  %s"
                    .formatted(
                        first.folder().getFileName(),
                        other.folder().getFileName(),
                        String.join("\n  ", differences)));
      }
    }
  }
}
