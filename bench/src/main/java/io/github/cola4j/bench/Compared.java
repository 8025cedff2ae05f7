package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * A comparison of all pairs.
 *
 * @param a side a's numbers by pair
 * @param b side b's numbers by pair; empty for {@link Comparison.Kind#VALUE}
 * @param atMost what is aimed at; null for no bound
 * @param atLeast what is aimed at; null for no bound
 */
record Compared(
    Comparison comparison, List<Double> a, List<Double> b, Double atMost, Double atLeast) {
  private static final int DECIMALS = 5;

  static Compared of(
      Comparison comparison,
      List<ObjectNode> resultsA,
      List<ObjectNode> resultsB,
      Double atMost,
      Double atLeast) {
    return new Compared(
        comparison,
        resultsA.stream().map(comparison::ofA).toList(),
        comparison.kind() == Comparison.Kind.VALUE
            ? List.of()
            : resultsB.stream().map(comparison::ofB).toList(),
        atMost,
        atLeast);
  }

  /** Each pair's two numbers put together. */
  double[] together() {
    return IntStream.range(0, a.size())
        .mapToDouble(i -> comparison.together(a.get(i), b.isEmpty() ? 0 : b.get(i)))
        .toArray();
  }

  Spread spread() {
    return Spread.of(together());
  }

  boolean bounded() {
    return atMost != null || atLeast != null;
  }

  boolean reached() {
    double judged = comparison.judged(spread());
    return (atMost == null || judged <= atMost) && (atLeast == null || judged >= atLeast);
  }

  ObjectNode json() {
    Spread spread = spread();
    ObjectNode json = Forked.JSON.createObjectNode();
    json.put("kind", comparison.kind().name().toLowerCase(Locale.ROOT));
    json.put("key_a", comparison.keyA()).put("key_b", comparison.keyB());
    a.forEach(json.putArray("a")::add);
    b.forEach(json.putArray("b")::add);
    ArrayNode each = json.putArray("together");
    DoubleStream.of(together()).map(value -> Rounded.of(value, DECIMALS)).forEach(each::add);
    json.put("median", Rounded.of(spread.median(), DECIMALS));
    json.put("min", Rounded.of(spread.min(), DECIMALS));
    json.put("max", Rounded.of(spread.max(), DECIMALS));
    json.put("mean", Rounded.of(spread.mean(), DECIMALS));
    if (bounded()) {
      json.put("at_most", atMost).put("at_least", atLeast).put("reached", reached());
    }
    return json;
  }

  /** What {@link #json} wrote. */
  static Compared read(JsonNode json) {
    return new Compared(
        new Comparison(
            Comparison.Kind.valueOf(json.path("kind").asText().toUpperCase(Locale.ROOT)),
            json.path("key_a").asText(),
            json.path("key_b").asText()),
        numbers(json.path("a")),
        numbers(json.path("b")),
        bound(json.path("at_most")),
        bound(json.path("at_least")));
  }

  private static List<Double> numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asDouble).toList();
  }

  private static Double bound(JsonNode number) {
    return number.isNumber() ? number.asDouble() : null;
  }

  /** For people: a line for each pair, and what they come to. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("%n%s%n".formatted(comparison.name()));
    boolean two = !b.isEmpty();
    text.append("%8s%14s".formatted("pair", "a"));
    text.append(two ? "%14s%12s%n".formatted("b", comparison.formula()) : "%n".formatted());
    double[] together = together();
    for (int i = 0; i < a.size(); i++) {
      text.append("%8d%14s".formatted(i + 1, Figures.of(a.get(i))));
      text.append(
          two
              ? "%14s%12s%n".formatted(Figures.of(b.get(i)), Figures.of(together[i]))
              : "%n".formatted());
    }
    Spread spread = spread();
    text.append(
        "%s: median %s, min %s, max %s, mean %s%s%n"
            .formatted(
                comparison.formula(),
                Figures.of(spread.median()),
                Figures.of(spread.min()),
                Figures.of(spread.max()),
                Figures.of(spread.mean()),
                bounded() ? "; aimed at %s: %s".formatted(aim(), reached() ? "yes" : "no") : ""));
    return text.toString();
  }

  /** The bounds as a formula. */
  String aim() {
    String least = atLeast == null ? "" : "≥ " + Figures.of(atLeast);
    String most = atMost == null ? "" : "≤ " + Figures.of(atMost);
    return least.isEmpty() || most.isEmpty() ? least + most : least + ", " + most;
  }
}
