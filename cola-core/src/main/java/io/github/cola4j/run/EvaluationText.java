package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an evaluation gave, as lines for people. */
final class EvaluationText {
  private static final double BYTES_PER_MEGABYTE = 1e6;

  private EvaluationText() {}

  /**
   * A small table.
   *
   * @param evaluation what is written
   * @param file where
   */
  static List<String> lines(JsonNode evaluation, String file) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Evaluation of %s%s on %s, %s rows; device %s, threads %s"
            .formatted(
                evaluation.path("model").asText(),
                evaluation.has("user") ? " of " + evaluation.path("user").asText() : "",
                evaluation.path("split").asText(),
                number("%,.0f", evaluation.path("rows")),
                evaluation.path("device").asText(),
                evaluation.path("threads").asText()));
    Measured measured = Measured.read(evaluation, "metrics", "users");
    measured.all().forEach((name, value) -> lines.add(line(name, number("%.4f", value))));
    if (!measured.users().isEmpty()) {
      String metric = measured.all().keySet().iterator().next();
      UserLines.of(metric, measured.users(), file).forEach(line -> lines.add("  " + line));
    }
    JsonNode latency = evaluation.path("latency");
    lines.add(
        line(
            "latency",
            "p50 %s ms, p95 %s ms, of %s single %ss"
                .formatted(
                    number("%.2f", latency.path("p50_ms")),
                    number("%.2f", latency.path("p95_ms")),
                    latency.path("count").asText(),
                    latency.path("of").asText())));
    List<String> throughput = new ArrayList<>();
    for (Map.Entry<String, JsonNode> part : evaluation.path("throughput").properties()) {
      if (part.getKey().endsWith("_per_second")) {
        String what = part.getKey().replace("_per_second", "").replace('_', ' ');
        throughput.add(number("%,.0f", part.getValue()) + " " + what + "/s");
      }
    }
    lines.add(line("throughput", String.join(", ", throughput)));
    JsonNode memory = evaluation.path("memory");
    lines.add(
        line(
            "peak memory",
            megabytes(memory.path("peak_rss_bytes"))
                + (memory.has("device_bytes")
                    ? "; of the device in use: " + megabytes(memory.path("device_bytes"))
                    : "")));
    return lines;
  }

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "  %-22s %s", name, value);
  }

  private static String megabytes(JsonNode bytes) {
    return bytes.asLong() > 0
        ? number("%,.0f MB", bytes.asDouble() / BYTES_PER_MEGABYTE)
        : "unknown";
  }

  private static String number(String form, JsonNode value) {
    return number(form, value.asDouble());
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
