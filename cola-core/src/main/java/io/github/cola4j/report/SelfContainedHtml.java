package io.github.cola4j.report;

import io.github.cola4j.checkpoint.AtomicFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * A report as one HTML file that needs no other: plots stand in it as SVG, it runs no scripts, and
 * its own policy lets a browser load nothing.
 */
public final class SelfContainedHtml {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  /** Without characters that XML escapes, since HTML reads no escapes in it. */
  private static final String STYLE =
      """

      body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 60em; margin: 2em auto; padding: 0 1em; }
      h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; }
      .table { overflow-x: auto; }
      table { border-collapse: collapse; }
      th, td { text-align: left; padding: .25em .8em; border-bottom: 1px solid #ddd; vertical-align: top; }
      td { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
      .missed { color: #a3000b; font-weight: bold; } .kept { color: #00602f; }
      svg { max-width: 100%; height: auto; margin: .5em 0; }
      pre { background: #f5f5f5; padding: 1em; overflow-x: auto; }
      """;

  private SelfContainedHtml() {}

  /** The report about a run. */
  public static String of(RunReport report) {
    return of(report, Plots.of(report));
  }

  /** Writes the report about a run. */
  public static void write(RunReport report, Path file) {
    AtomicFiles.write(file, of(report));
  }

  static String of(RunReport report, List<Plot> plots) {
    XmlText html = new XmlText("<!DOCTYPE html>\n");
    html.open("html", "lang", "en").line().open("head").line();
    html.empty("meta", "charset", "utf-8").line();
    html.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY).line();
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").line();
    html.element("title", report.name()).line();
    html.element("style", STYLE).line();
    html.close().line().open("body").line();
    html.element("h1", report.name()).line();
    if (!report.gates().checks().isEmpty()) {
      String verdict = report.gates().kept() ? "kept" : "missed";
      html.element("p", report.gates().headline(), "class", verdict).line();
    }
    Table.of(report).forEach(table -> table(html, table));
    html.element("h2", "Plots").line();
    if (plots.isEmpty()) {
      html.element("p", "None: there are no steps, or this Java has no fonts to draw with.").line();
    }
    plots.forEach(plot -> html.open("div").raw(plot.svg()).close().line());
    if (!report.spec().isEmpty()) {
      html.open("details").element("summary", "The spec it was trained by");
      html.element("pre", report.spec()).close().line();
    }
    return html.close().line().close().line().toString();
  }

  private static void table(XmlText html, Table table) {
    html.element("h2", table.title()).line();
    html.open("div", "class", "table").open("table").line();
    if (!table.columns().stream().allMatch(String::isEmpty)) {
      html.open("tr");
      table.columns().forEach(column -> html.element("th", column));
      html.close().line();
    }
    for (List<String> row : table.rows()) {
      html.open("tr");
      for (int i = 0; i < row.size(); i++) {
        if (table.columns().get(i).equals(Table.VERDICT)) {
          html.element("td", row.get(i), "class", row.get(i));
        } else {
          html.element("td", row.get(i));
        }
      }
      html.close().line();
    }
    html.close().close().line();
  }
}
