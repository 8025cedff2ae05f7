package io.github.cola4j.kernel.live;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A line without axes, as small as a line of text: as SVG, and as letters. */
final class Sparkline {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 44;
  private static final int LETTERS = 40;
  private static final String BARS = "▁▂▃▄▅▆▇█";

  private final double[] values;
  private final double low;
  private final double high;

  /** Of the values that are finite. */
  Sparkline(List<Double> values) {
    this.values = values.stream().mapToDouble(v -> v).filter(Double::isFinite).toArray();
    this.low =
        IntStream.range(0, this.values.length).mapToDouble(i -> this.values[i]).min().orElse(0);
    this.high =
        IntStream.range(0, this.values.length).mapToDouble(i -> this.values[i]).max().orElse(0);
  }

  /** Empty if there is no line to draw yet. */
  String svg(String title) {
    if (values.length < 2) {
      return "";
    }
    String points =
        IntStream.range(0, values.length)
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        2 + (WIDTH - 4.0) * i / (values.length - 1),
                        2 + (HEIGHT - 4) * (1 - share(values[i]))))
            .collect(Collectors.joining(" "));
    return ("<svg width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\"><title>%s</title>"
            + "<polyline points=\"%s\" fill=\"none\" stroke=\"#0072B2\" stroke-width=\"1.6\"/></svg>")
        .formatted(WIDTH, HEIGHT, WIDTH, HEIGHT, Html.escaped(title), points);
  }

  /** One letter a value, or a mean of several. */
  String text() {
    int count = Math.min(LETTERS, values.length);
    return IntStream.range(0, count)
        .mapToDouble(
            letter ->
                IntStream.range(
                        letter * values.length / count, (letter + 1) * values.length / count)
                    .mapToDouble(i -> values[i])
                    .average()
                    .orElseThrow())
        .mapToObj(
            mean -> "" + BARS.charAt((int) Math.min(7, Math.floor(share(mean) * BARS.length()))))
        .collect(Collectors.joining());
  }

  private double share(double value) {
    return high > low ? (value - low) / (high - low) : 0.5;
  }
}
