package io.github.cola4j.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The summaries of {@code pairs} as Markdown. */
final class ResultsTable {
  private static final String HEAD =
      """
      | measured | | a (median) | b (median) | pairs | came to (least to most) | aim | reached |
      |---|---|---:|---:|---:|---|---|---|
      """;

  /** What was measured on one machine. */
  private static final class Machine {
    private final Set<String> dates = new TreeSet<>();
    private final Set<String> versions = new LinkedHashSet<>();
    private final List<String> rows = new ArrayList<>();
  }

  private final Map<String, Machine> machines = new LinkedHashMap<>();

  /**
   * Adds the summaries among some lines.
   *
   * @param file where the lines come from
   * @throws BenchException if a line is no JSON, or none is a summary
   */
  void addAll(Path file, List<String> lines) {
    int summaries = 0;
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = read(file, i + 1, lines.get(i));
      if (line.has("summary")) {
        add(line);
        summaries++;
      }
    }
    if (summaries == 0) {
      throw new BenchException(
          "%s has no summary, so its pairs did not come to their end; run them again"
              .formatted(file));
    }
  }

  private static JsonNode read(Path file, int number, String line) {
    try {
      return Forked.JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new BenchException(
          "%s, line %d is no JSON; give the files that pairs' standard output went to"
              .formatted(file, number),
          e);
    }
  }

  private void add(JsonNode summary) {
    JsonNode machine = summary.path("machine");
    String name =
        "%s, %d cores, %.0f GB, %s"
            .formatted(
                machine.path("cpu").asText(),
                machine.path("cores").asInt(),
                machine.path("memory_gb").asDouble(),
                machine.path("system").asText());
    Machine of = machines.computeIfAbsent(name, key -> new Machine());
    of.dates.add(summary.path("date").asText());
    JsonNode versions = summary.path("versions");
    of.versions.add("Java " + versions.path("java").asText());
    for (String side : List.of("a", "b")) {
      JsonNode own = versions.path(side);
      if (own.size() > 0) {
        of.versions.add(side(own));
      }
    }
    String measured = summary.path("summary").asText();
    for (JsonNode compared : summary.path("comparisons")) {
      of.rows.add(row(measured, Compared.read(compared)));
      measured = ""; // said once
    }
  }

  /** The method, and the libraries that it was measured with. */
  private static String side(JsonNode versions) {
    List<String> libraries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> version : versions.properties()) {
      if (!version.getKey().equals("method")) {
        libraries.add(version.getKey() + " " + version.getValue().asText());
      }
    }
    return versions.path("method").asText() + " with " + String.join(", ", libraries);
  }

  private static String row(String measured, Compared compared) {
    Comparison comparison = compared.comparison();
    Spread spread = compared.spread();
    return "| %s | `%s`, %s | %s | %s | %d | %s (%s to %s) | %s | %s |%n"
        .formatted(
            measured,
            comparison.name(),
            comparison.formula(),
            median(compared.a()),
            compared.b().isEmpty() ? "" : median(compared.b()),
            compared.a().size(),
            "**" + Figures.of(comparison.judged(spread)) + "**",
            Figures.of(spread.min()),
            Figures.of(spread.max()),
            compared.aim(),
            compared.bounded() ? (compared.reached() ? "yes" : "**no**") : "");
  }

  private static String median(List<Double> numbers) {
    return Figures.of(
        Spread.of(numbers.stream().mapToDouble(Double::doubleValue).toArray()).median());
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    machines.forEach(
        (name, machine) -> {
          text.append(text.isEmpty() ? "" : System.lineSeparator());
          text.append(name).append("; ").append(String.join(", ", machine.dates)).append(". ");
          text.append(String.join("; ", machine.versions)).append('.');
          text.append(System.lineSeparator()).append(System.lineSeparator()).append(HEAD);
          machine.rows.forEach(text::append);
        });
    return text.toString();
  }
}
