package io.github.cola4j.report;

import io.github.cola4j.event.Event;
import io.github.cola4j.metric.Metrics;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The plots of reports. None where there is nothing to show, or this Java cannot draw text. */
final class Plots {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 360;
  private static final int MOST_POINTS = 400;
  private static final int FEW_POINTS = 40;
  private static final int FEW_RUNS = 4;
  private static final int LONGEST_NAME = 24;

  /** Okabe and Ito's colours, which the colour-blind can tell apart. */
  private static final Color[] COLORS = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9)
  };

  private Plots() {}

  /** Loss by step, metrics by step, time by phase. */
  static List<Plot> of(RunReport report) {
    List<Plot> plots = new ArrayList<>();
    if (Drawing.possible()) {
      loss(report.steps()).ifPresent(plots::add);
      plots.addAll(metrics(report.validations()));
      phases(report.phases()).ifPresent(plots::add);
    }
    return plots;
  }

  /** The same of several runs beside each other; time is that of a step. */
  static List<Plot> of(Map<String, History> runs) {
    List<Plot> plots = new ArrayList<>();
    if (Drawing.possible()) {
      Map<String, List<double[]>> losses = new LinkedHashMap<>();
      Map<String, Map<String, List<double[]>>> metrics = new LinkedHashMap<>();
      runs.forEach(
          (run, history) -> {
            int each = Math.max(1, (history.steps().size() + MOST_POINTS - 1) / MOST_POINTS);
            losses.put(run, means(history.steps(), each, Event.StepDone::loss));
            for (Event.Validated validated : history.validations()) {
              validated
                  .metrics()
                  .forEach(
                      (name, value) ->
                          metrics
                              .computeIfAbsent(name, n -> new LinkedHashMap<>())
                              .computeIfAbsent(run, r -> new ArrayList<>())
                              .add(new double[] {validated.step(), value}));
            }
          });
      curves("Training loss", "loss", losses, "loss").ifPresent(plots::add);
      metrics.forEach(
          (name, values) ->
              curves(
                      shortened(name) + " on the validation rows",
                      shortened(name),
                      values,
                      "metrics" + plots.size())
                  .ifPresent(plots::add));
      stepTimes(runs).ifPresent(plots::add);
    }
    return plots;
  }

  private static Optional<Plot> curves(
      String title, String axis, Map<String, List<double[]>> runs, String id) {
    XYChart chart = lines(title, axis);
    boolean any = false;
    List<String> names = distinct(List.copyOf(runs.keySet()));
    int at = 0;
    for (List<double[]> points : runs.values()) {
      any |= add(chart, names.get(at++), points);
    }
    chart.getStyler().setLegendVisible(runs.size() > 1);
    return any ? Optional.of(Drawing.of(chart, id)) : Optional.empty();
  }

  private static Optional<Plot> stepTimes(Map<String, History> runs) {
    List<History> timed =
        runs.values().stream().filter(history -> !history.steps().isEmpty()).toList();
    if (timed.isEmpty()) {
      return Optional.empty();
    }
    List<String> names =
        distinct(
            runs.entrySet().stream()
                .filter(run -> !run.getValue().steps().isEmpty())
                .map(Map.Entry::getKey)
                .toList());
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Time of a step, on average")
            .yAxisTitle("milliseconds")
            .build();
    style(chart.getStyler());
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setAvailableSpaceFill(0.5);
    chart.getStyler().setXAxisMaxLabelCount(Math.max(2, names.size()));
    chart.addSeries("server pass", names, averages(timed, Event.StepDone::serverMillis));
    chart.addSeries("adapter fit", names, averages(timed, Event.StepDone::fitMillis));
    return Optional.of(Drawing.of(chart, "time"));
  }

  private static List<Double> averages(List<History> runs, ToDoubleFunction<Event.StepDone> value) {
    return runs.stream()
        .map(run -> run.steps().stream().mapToDouble(value).average().orElseThrow())
        .toList();
  }

  private static Optional<Plot> loss(List<Event.StepDone> steps) {
    int each = (steps.size() + MOST_POINTS - 1) / MOST_POINTS;
    String title = each > 1 ? "Training loss, means of " + each + " steps" : "Training loss";
    XYChart chart = lines(title, "loss");
    List<double[]> points = means(steps, Math.max(1, each), Event.StepDone::loss);
    boolean any = add(chart, "loss", points);
    chart.getStyler().setLegendVisible(false);
    return any ? Optional.of(Drawing.of(chart, "loss")) : Optional.empty();
  }

  /** What goes up to 1 shares a plot; what has a scale of its own has a plot of its own. */
  private static List<Plot> metrics(List<Event.Validated> validations) {
    Map<String, List<String>> plots = new LinkedHashMap<>();
    validations.stream()
        .flatMap(validated -> validated.metrics().keySet().stream())
        .distinct()
        .forEach(
            name ->
                plots
                    .computeIfAbsent(upToOne(name) ? "" : name, scale -> new ArrayList<>())
                    .add(name));
    List<Plot> drawn = new ArrayList<>();
    plots.forEach(
        (scale, names) -> {
          String of = names.size() == 1 ? names.get(0) : "Metrics";
          XYChart chart =
              lines(
                  shortened(of) + " on the validation rows",
                  shortened(scale.isEmpty() ? "value" : scale));
          chart.getStyler().setLegendVisible(names.size() > 1);
          boolean any = false;
          for (String name : names) {
            List<double[]> points =
                validations.stream()
                    .filter(validated -> validated.metrics().containsKey(name))
                    .map(v -> new double[] {v.step(), v.metrics().get(name)})
                    .toList();
            any |= add(chart, name, points);
          }
          if (any) {
            drawn.add(Drawing.of(chart, "metrics" + drawn.size()));
          }
        });
    return drawn;
  }

  /** As all metrics of which more is better. */
  private static boolean upToOne(String name) {
    try {
      return Metrics.of(name).higherIsBetter();
    } catch (IllegalArgumentException e) {
      return false; // of another version
    }
  }

  private static Optional<Plot> phases(List<RunReport.Phase> phases) {
    if (phases.stream().allMatch(phase -> phase.seconds() == 0)) {
      return Optional.empty();
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Time by phase")
            .yAxisTitle("seconds")
            .build();
    style(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setAvailableSpaceFill(0.5);
    chart.addSeries(
        "seconds",
        phases.stream().map(RunReport.Phase::name).toList(),
        phases.stream().map(RunReport.Phase::seconds).toList());
    return Optional.of(Drawing.of(chart, "time"));
  }

  /**
   * A metric of several runs: a point for each mean, a bar for a standard deviation on either side.
   */
  static Optional<Plot> comparison(String metric, Map<String, Spread> runs) {
    List<String> finite =
        runs.keySet().stream().filter(name -> Double.isFinite(runs.get(name).mean())).toList();
    if (finite.isEmpty() || !Drawing.possible()) {
      return Optional.empty();
    }
    List<Spread> spreads = finite.stream().map(runs::get).toList();
    boolean seeds = spreads.stream().anyMatch(spread -> spread.count() > 1);
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(Math.max(WIDTH, finite.size() * 60))
            .height(HEIGHT + 60)
            .title(shortened(metric) + (seeds ? ", mean ± standard deviation over seeds" : ""))
            .yAxisTitle(shortened(metric))
            .build();
    style(chart.getStyler());
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    chart.getStyler().setMarkerSize(10);
    chart.getStyler().setXAxisMaxLabelCount(Math.max(2, finite.size())); // or it leaves some out
    if (finite.size() > FEW_RUNS) {
      chart.getStyler().setXAxisLabelRotation(45);
    }
    double[] lows = spreads.stream().mapToDouble(spread -> spread.mean() - spread.sd()).toArray();
    double[] highs = spreads.stream().mapToDouble(spread -> spread.mean() + spread.sd()).toArray();
    fit(chart.getStyler(), DoubleStream.of(lows), DoubleStream.of(highs));
    chart
        .addSeries(
            "runs",
            distinct(finite),
            spreads.stream().map(Spread::mean).toList(),
            spreads.stream().map(Spread::sd).toList())
        .setMarker(SeriesMarkers.CIRCLE);
    return Optional.of(Drawing.of(chart, "comparison"));
  }

  private static XYChart lines(String title, String of) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("step")
            .yAxisTitle(of)
            .build();
    style(chart.getStyler());
    chart.getStyler().setXAxisMin(0.0).setXAxisDecimalPattern("0.#");
    return chart;
  }

  /** Adds what of a line is finite; false if nothing is. */
  private static boolean add(XYChart chart, String name, List<double[]> points) {
    List<double[]> finite = points.stream().filter(point -> Double.isFinite(point[1])).toList();
    if (finite.isEmpty()) {
      return false;
    }
    chart
        .addSeries(
            shortened(name),
            finite.stream().mapToDouble(point -> point[0]).toArray(),
            finite.stream().mapToDouble(point -> point[1]).toArray())
        .setMarker(finite.size() <= FEW_POINTS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    return true;
  }

  /** Points of a step and the mean of a value, each over so many steps. */
  private static List<double[]> means(
      List<Event.StepDone> steps, int each, ToDoubleFunction<Event.StepDone> value) {
    return IntStream.iterate(0, from -> from < steps.size(), from -> from + each)
        .mapToObj(from -> steps.subList(from, Math.min(steps.size(), from + each)))
        .map(
            group ->
                new double[] {
                  group.get(group.size() - 1).step(),
                  group.stream().mapToDouble(value).average().orElseThrow()
                })
        .toList();
  }

  /** Room around values that are all the same, where an axis would have no length. */
  private static void fit(AxesChartStyler styler, DoubleStream lows, DoubleStream highs) {
    double low = lows.min().orElseThrow();
    double high = highs.max().orElseThrow();
    double room = high > low ? (high - low) / 10 : Math.max(Math.abs(high) / 10, 1e-6);
    styler.setYAxisMin(low - room).setYAxisMax(high + room);
  }

  private static void style(AxesChartStyler styler) {
    styler
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setSeriesColors(COLORS)
        .setMarkerSize(6)
        .setLocale(Locale.ROOT)
        .setChartTitleFont(font(Font.BOLD, 15))
        .setLegendPosition(LegendPosition.OutsideE)
        .setLegendBorderColor(Color.WHITE)
        .setLegendFont(font(Font.PLAIN, 12));
    styler
        .setAxisTitleFont(font(Font.PLAIN, 13))
        .setAxisTickLabelsFont(font(Font.PLAIN, 12))
        .setPlotGridLinesColor(new Color(0xDDDDDD))
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setXAxisTickMarkSpacingHint(90);
    styler.setSeriesLines(
        new BasicStroke[] {new BasicStroke(1.6f), new BasicStroke(1.6f), new BasicStroke(1.6f)});
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  /** Names that differ only behind what is shown of them would be one. */
  private static List<String> distinct(List<String> names) {
    Map<String, Integer> seen = new LinkedHashMap<>();
    return names.stream()
        .map(Plots::shortened)
        .map(
            name ->
                seen.merge(name, 1, Integer::sum) == 1 ? name : name + " (" + seen.get(name) + ")")
        .toList();
  }

  /** Begin and end of a name that is long: names of runs differ at either. */
  private static String shortened(String name) {
    int[] letters = LegalText.line(name).codePoints().toArray();
    int half = (LONGEST_NAME - 1) / 2;
    return letters.length <= LONGEST_NAME
        ? new String(letters, 0, letters.length)
        : new String(letters, 0, half) + "…" + new String(letters, letters.length - half, half);
  }
}
