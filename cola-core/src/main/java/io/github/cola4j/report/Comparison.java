package io.github.cola4j.report;

import io.github.cola4j.checkpoint.AtomicFiles;
import io.github.cola4j.gate.Summary;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Several runs side by side: what each came to over its seeds.
 *
 * @param rows the runs, in the order in which they are told
 */
public record Comparison(List<Row> rows) {
  /**
   * What runs of one name, which differ by their seeds alone, came to.
   *
   * @param name of them all
   * @param seeds how many there are
   * @param metrics those that all of them have, in the task's order
   * @param trainableParameters the most that one has
   * @param seconds time of a whole run
   * @param peakBytes largest resident memory of a run
   */
  public record Row(
      String name,
      int seeds,
      Map<String, Spread> metrics,
      long trainableParameters,
      Spread seconds,
      Spread peakBytes) {
    /** Keeps the metrics in order. */
    public Row {
      metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }
  }

  /** Copies the list. */
  public Comparison {
    rows = List.copyOf(rows);
  }

  /**
   * Compares runs.
   *
   * @param runs by name, in order; of each as many as there are seeds, at least one
   */
  public static Comparison of(Map<String, List<Summary>> runs) {
    List<Row> rows = new ArrayList<>();
    runs.forEach((name, seeds) -> rows.add(row(name, seeds)));
    return new Comparison(rows);
  }

  private static Row row(String name, List<Summary> seeds) {
    Map<String, Spread> metrics = new LinkedHashMap<>();
    for (String metric : seeds.get(0).metrics().keySet()) {
      if (seeds.stream().allMatch(seed -> seed.metrics().containsKey(metric))) {
        metrics.put(metric, spread(seeds, seed -> seed.metrics().get(metric)));
      }
    }
    return new Row(
        name,
        seeds.size(),
        metrics,
        seeds.stream().mapToLong(Summary::trainableParameters).max().orElseThrow(),
        spread(seeds, Summary::seconds),
        spread(seeds, Summary::peakBytes));
  }

  private static Spread spread(List<Summary> seeds, ToDoubleFunction<Summary> value) {
    return Spread.of(seeds.stream().mapToDouble(value).toArray());
  }

  /** The metrics that a run or more has, in order. */
  public List<String> metrics() {
    return rows.stream().flatMap(row -> row.metrics().keySet().stream()).distinct().toList();
  }

  /** A table in Markdown: metrics and times as mean ± standard deviation over seeds. */
  public String markdown() {
    return Markdown.section(table());
  }

  /** The same table as lines of a log, its columns below each other. */
  public String text() {
    List<List<String>> lines = cells();
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        int at = column;
        int width =
            lines.stream().mapToInt(l -> LegalText.line(l.get(at)).length()).max().orElse(0);
        String cell = LegalText.line(line.get(column));
        padded.append(cell).append(" ".repeat(width - cell.length() + 2));
      }
      text.append(padded.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** The same table's cells, row by row; the first is the head. */
  public List<List<String>> cells() {
    Table table = table();
    List<List<String>> all = new ArrayList<>(List.of(table.columns()));
    all.addAll(table.rows());
    return all;
  }

  private Table table() {
    List<String> columns = new ArrayList<>(List.of("run", "seeds"));
    columns.addAll(metrics());
    columns.addAll(List.of("trainable parameters", "time", "peak memory"));
    List<List<String>> cells = new ArrayList<>();
    for (Row row : rows) {
      List<String> line = new ArrayList<>(List.of(row.name(), "" + row.seeds()));
      for (String metric : metrics()) {
        Spread spread = row.metrics().get(metric);
        line.add(spread == null ? "" : told(spread, Numbers::metric));
      }
      line.add("" + row.trainableParameters());
      line.add(told(row.seconds(), Numbers::seconds));
      line.add(
          row.peakBytes().mean() > 0 ? told(row.peakBytes(), Numbers::bytes) : Numbers.memory(0));
      cells.add(line);
    }
    return new Table("Comparison", columns, cells);
  }

  private static String told(Spread spread, Function<Double, String> form) {
    String mean = form.apply(spread.mean());
    return spread.count() > 1 ? mean + " ± " + form.apply(spread.sd()) : mean;
  }

  /** The same as CSV (RFC 4180), numbers with all their digits, times in seconds. */
  public String csv() {
    StringWriter text = new StringWriter();
    try (CSVPrinter csv = new CSVPrinter(text, CSVFormat.RFC4180)) {
      csv.print("run");
      csv.print("seeds");
      for (String metric : metrics()) {
        csv.print(metric + "_mean");
        csv.print(metric + "_sd");
      }
      csv.printRecord(
          "trainable_parameters",
          "seconds_mean",
          "seconds_sd",
          "peak_rss_bytes_mean",
          "peak_rss_bytes_sd");
      for (Row row : rows) {
        csv.print(row.name());
        csv.print(row.seeds());
        for (String metric : metrics()) {
          print(csv, row.metrics().get(metric));
        }
        csv.print(row.trainableParameters());
        print(csv, row.seconds());
        print(csv, row.peakBytes());
        csv.println();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory can be written", e);
    }
    return text.toString();
  }

  /** A deviation of one value alone says nothing, so there is none. */
  private static void print(CSVPrinter csv, Spread spread) throws IOException {
    csv.print(spread == null ? "" : Double.toString(spread.mean()));
    csv.print(spread == null || spread.count() == 1 ? "" : Double.toString(spread.sd()));
  }

  /** A metric of each run, as SVG; empty if none has it, or this Java has no fonts. */
  public Optional<Plot> plot(String metric) {
    Map<String, Spread> spreads = new LinkedHashMap<>();
    for (Row row : rows) {
      if (row.metrics().containsKey(metric)) {
        spreads.put(row.name(), row.metrics().get(metric));
      }
    }
    return Plots.comparison(metric, spreads);
  }

  /**
   * Writes {@code comparison.md}, {@code comparison.csv} and, for each metric, {@code
   * comparison-<number>.svg}, in the order of {@link #metrics}.
   */
  public void write(Path folder) {
    AtomicFiles.write(folder.resolve("comparison.md"), markdown());
    AtomicFiles.write(folder.resolve("comparison.csv"), csv());
    for (int i = 0; i < metrics().size(); i++) {
      Path file = folder.resolve("comparison-" + (i + 1) + ".svg");
      plot(metrics().get(i)).ifPresent(plot -> AtomicFiles.write(file, plot.svg()));
    }
  }
}
