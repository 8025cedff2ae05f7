package io.github.cola4j.run;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is said of the users at the end of a run. */
final class UserLines {
  private static final int MOST_LISTED = 12;

  private UserLines() {}

  /**
   * A line for each user, or one about all of them where they are many.
   *
   * @param metric the one that decides what is better
   * @param users metrics by name of each user
   * @param file where each one's are, if they are many
   */
  static List<String> of(String metric, Map<String, Map<String, Double>> users, String file) {
    if (users.size() <= MOST_LISTED) {
      return users.entrySet().stream()
          .map(user -> user.getKey() + ": " + listed(user.getValue()))
          .toList();
    }
    Comparator<Map.Entry<String, Map<String, Double>>> byMetric =
        Comparator.comparingDouble(user -> user.getValue().get(metric));
    Map.Entry<String, Map<String, Double>> least =
        users.entrySet().stream().min(byMetric).orElseThrow();
    Map.Entry<String, Map<String, Double>> most =
        users.entrySet().stream().max(byMetric).orElseThrow();
    return List.of(
        String.format(
            Locale.ROOT,
            "%d users: %s from %.4f (%s) to %.4f (%s); each one's are in %s",
            users.size(),
            metric,
            least.getValue().get(metric),
            least.getKey(),
            most.getValue().get(metric),
            most.getKey(),
            file));
  }

  private static String listed(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(metric -> String.format(Locale.ROOT, "%s %.4f", metric.getKey(), metric.getValue()))
        .collect(Collectors.joining(", "));
  }
}
