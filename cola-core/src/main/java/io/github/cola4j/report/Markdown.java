package io.github.cola4j.report;

import io.github.cola4j.checkpoint.AtomicFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report in Markdown, with tables as GitHub and GitLab have them. */
public final class Markdown {
  private Markdown() {}

  /** The report about a run. */
  public static String of(RunReport report) {
    StringBuilder text = new StringBuilder();
    text.append("# ").append(escaped(report.name())).append("\n\n");
    if (!report.gates().checks().isEmpty()) {
      text.append(sentence(report.gates().headline())).append("\n\n");
    }
    return text.append(
            Table.of(report).stream().map(Markdown::section).collect(Collectors.joining("\n")))
        .toString();
  }

  /** Writes the report about a run. */
  public static void write(RunReport report, Path file) {
    AtomicFiles.write(file, of(report));
  }

  static String section(Table table) {
    return "## " + escaped(table.title()) + "\n\n" + table(table);
  }

  private static String table(Table table) {
    StringBuilder text = new StringBuilder();
    text.append(row(table.columns().stream().map(Markdown::escaped).toList()));
    text.append(row(table.columns().stream().map(column -> "---").toList()).replace(" ", ""));
    table.rows().forEach(row -> text.append(row(row.stream().map(Markdown::escaped).toList())));
    return text.toString();
  }

  private static String row(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  /**
   * A text that means nothing within a line of Markdown or HTML, on one line. An underscore within
   * a word means nothing, so metrics stay readable.
   */
  static String escaped(String text) {
    return LegalText.line(text)
        .replaceAll("[\\\\`*\\[\\]<>|~#!&$(){}]", "\\\\$0")
        .replaceAll("(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", "\\\\_");
  }
}
