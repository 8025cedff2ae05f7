package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an evaluation gave.
 *
 * @param all metrics by name over all rows
 * @param users the same over each user's rows, by the user's name; empty where there are no users,
 *     or it is not said whose rows they are
 */
record Measured(Map<String, Double> all, Map<String, Map<String, Double>> users) {
  /** Nothing was measured. */
  static final Measured NOTHING = new Measured(Map.of(), Map.of());

  void write(ObjectNode to, String metrics, String ofUsers) {
    all.forEach(to.putObject(metrics)::put);
    if (!users.isEmpty()) {
      ObjectNode each = to.putObject(ofUsers);
      users.forEach((user, own) -> own.forEach(each.putObject(user)::put));
    }
  }

  static Measured read(JsonNode from, String metrics, String ofUsers) {
    Map<String, Map<String, Double>> users = new LinkedHashMap<>();
    from.path(ofUsers).properties().forEach(e -> users.put(e.getKey(), numbers(e.getValue())));
    return new Measured(numbers(from.path(metrics)), users);
  }

  private static Map<String, Double> numbers(JsonNode node) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    node.properties().forEach(e -> numbers.put(e.getKey(), e.getValue().asDouble()));
    return numbers;
  }
}
