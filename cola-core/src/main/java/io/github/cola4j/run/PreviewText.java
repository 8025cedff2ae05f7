package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link Preview} in words. */
final class PreviewText {
  private final List<String> lines = new ArrayList<>();

  private PreviewText() {}

  static List<String> of(JsonNode told) {
    PreviewText text = new PreviewText();
    text.line(
        "%s on %s, %,d steps",
        told.path("task").asText(), told.path("base").asText(), told.path("steps").asLong());
    text.rows(told);
    text.sites(told);
    JsonNode pass = told.path("server_pass");
    text.line(
        "Memory: %,d MB at the peak of one pass over %d rows, the longest, which took %.2f s",
        pass.path("peak_rss_bytes").asLong() / 1_000_000,
        pass.path("rows").asInt(),
        pass.path("seconds").asDouble());
    if (!told.path("samples").isEmpty()) {
      text.line("The first rows, as the model reads them, and what it learns:");
    }
    for (JsonNode sample : told.path("samples")) {
      text.line("  %s", sample.path("reads").asText());
      text.line("  → %s", sample.path("learns").asText());
    }
    return text.lines;
  }

  private void rows(JsonNode told) {
    JsonNode data = told.path("data");
    String measured =
        data.has("validation_rows")
            ? format(", %,d to measure on", data.path("validation_rows").asLong())
            : "";
    List<String> labels = new ArrayList<>();
    data.path("labels").forEach(label -> labels.add(label.asText()));
    line(
        "Rows: %,d to learn from%s%s",
        data.path("training_rows").asLong(),
        measured,
        labels.isEmpty() ? "" : format("; %d classes: %s", labels.size(), shortened(labels)));
    if (!told.path("samples").isEmpty()) {
      line(
          "  %.1f tokens on average, %,d the longest; %,d rows fill data.max_length or are cut there",
          data.path("mean_row").asDouble(),
          data.path("longest_row").asLong(),
          data.path("rows_of_full_length").asLong());
    }
    data.path("users")
        .properties()
        .forEach(user -> line("  %s: %,d rows", user.getKey(), user.getValue().asLong()));
  }

  private static String shortened(List<String> labels) {
    int most = 10;
    return String.join(", ", labels.subList(0, Math.min(most, labels.size())))
        + (labels.size() > most ? ", …" : "");
  }

  /** Sites that differ in numbers of layers alone are one line. */
  private void sites(JsonNode told) {
    long trainable = told.path("trainable_parameters").asLong();
    long base = told.path("base_parameters").asLong();
    line(
        "Sites: %d, with %,d trainable parameters, beside the base's %,d (%.2f %%)",
        told.path("sites").size(), trainable, base, 100.0 * trainable / base);
    Map<String, Integer> alike = new LinkedHashMap<>();
    for (JsonNode site : told.path("sites")) {
      String line =
          format(
              "%s: %s %,d → %,d, %,d parameters",
              site.path("name").asText().replaceAll("(?<=\\.|^)\\d+(?=\\.|$)", "*"),
              site.path("module").asText(),
              site.path("in").asLong(),
              site.path("out").asLong(),
              site.path("parameters").asLong());
      alike.merge(line, 1, Integer::sum);
    }
    alike.forEach((line, count) -> line("  %s%s", count == 1 ? "" : count + " × ", line));
  }

  private void line(String format, Object... values) {
    lines.add(format(format, values));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
