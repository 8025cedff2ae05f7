package io.github.cola4j.kernel.live;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.Told;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.report.History;
import io.github.cola4j.report.Plot;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How runs learned, in its two forms. */
public final class Curves {
  private Curves() {}

  /** By their names. */
  public static Shown of(Map<String, History> runs) {
    String text =
        runs.entrySet().stream()
            .map(run -> run.getKey() + ": " + line(run.getValue()))
            .collect(Collectors.joining("\n"));
    String html = html(runs);
    return new Shown(text, html.isEmpty() ? "<pre>" + Html.escaped(text) + "</pre>" : html);
  }

  /** Two in a line where there is room; empty where there is nothing to draw. */
  static String html(Map<String, History> runs) {
    return History.plots(runs).stream().map(Curves::html).collect(Collectors.joining("\n"));
  }

  /** As wide as the page allows. */
  public static String html(Plot plot) {
    return "<div style=\"display:inline-block;max-width:49%%;min-width:24em\">%s</div>"
        .formatted(plot.svg().replaceFirst("<svg ", "<svg style=\"max-width:100%;height:auto\" "));
  }

  private static String line(History history) {
    List<Double> losses = history.steps().stream().map(Event.StepDone::loss).toList();
    if (losses.isEmpty()) {
      return "no steps yet";
    }
    return "loss %s  %s → %s"
        .formatted(
            new Sparkline(losses).text(),
            Told.number(losses.get(0)),
            Told.number(losses.get(losses.size() - 1)));
  }
}
