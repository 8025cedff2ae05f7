package io.github.cola4j.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code summary.json} of a finished run. What an older version did not write is 0, empty or
 * absent.
 *
 * @param base the frozen model, as the spec names it
 * @param task say {@code sequence-classification}
 * @param labels the names of the classes; empty where there are none
 * @param steps steps done
 * @param keptStep the step whose adapter was kept
 * @param trainableParameters how many parameters were fitted
 * @param sites adapted modules
 * @param metrics on the validation rows, in the task's order; empty where there were none
 * @param usersMode say {@code collaboration}; empty where there are no users
 * @param users by name
 * @param trainingRows rows that were learned from
 * @param examplesPerSecond mean throughput of the training
 * @param trainingSeconds time of the steps
 * @param seconds time of the whole run
 * @param peakBytes the process' largest resident memory; 0 where the platform does not tell
 */
public record Summary(
    String base,
    String task,
    List<String> labels,
    long steps,
    long keptStep,
    long trainableParameters,
    long sites,
    Map<String, Double> metrics,
    String usersMode,
    Map<String, User> users,
    long trainingRows,
    double examplesPerSecond,
    double trainingSeconds,
    double seconds,
    long peakBytes) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** The file's name in the folder of a run. */
  public static final String FILE = "summary.json";

  /** Keeps all in order. */
  public Summary {
    labels = List.copyOf(labels);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
  }

  /**
   * What became of one user.
   *
   * @param trainingRows rows of this user that were learned from
   * @param fits steps of the user's own optimizer; absent where all learned one adapter
   * @param keptStep the step whose adapter was kept, where users learned alone
   * @param metrics on the user's own validation rows; empty where there were none
   */
  public record User(
      long trainingRows,
      Optional<Long> fits,
      Optional<Long> keptStep,
      Map<String, Double> metrics) {
    /** Keeps the metrics in order. */
    public User {
      metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }
  }

  /**
   * What a run left in its folder.
   *
   * @throws SummaryException if the run is not finished, or its summary cannot be read
   */
  public static Summary ofRun(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new SummaryException(folder, "there is no such run; finetune first");
    }
    if (!Files.exists(folder.resolve(FILE))) {
      throw new SummaryException(
          folder, "the run is not finished; finetune again to let it go on to its end");
    }
    return read(folder.resolve(FILE));
  }

  /**
   * Reads a summary, wherever it lies.
   *
   * @throws SummaryException if it cannot be read
   */
  public static Summary read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      if (!json.isObject() || !json.path("metrics").isObject()) {
        throw new SummaryException(file, "is no summary of a run; copy a run's summary.json there");
      }
      return of(json);
    } catch (NoSuchFileException e) {
      throw new SummaryException(file, "does not exist; copy a finished run's summary.json there");
    } catch (JsonProcessingException e) {
      throw new SummaryException(
          file, "is not JSON (" + e.getOriginalMessage() + "); copy it again, or finetune again");
    } catch (IOException e) {
      throw new SummaryException(file, "cannot be read (" + e + ")");
    }
  }

  private static Summary of(JsonNode json) {
    List<String> labels = new ArrayList<>();
    json.path("labels").forEach(label -> labels.add(label.asText()));
    Map<String, User> users = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> user : json.path("users").properties()) {
      JsonNode own = user.getValue();
      users.put(
          user.getKey(),
          new User(
              own.path("training_rows").asLong(),
              whole(own.path("fits")),
              whole(own.path("kept_step")),
              metrics(own.path("metrics"))));
    }
    return new Summary(
        json.path("base").asText(),
        json.path("task").asText(),
        labels,
        json.path("steps").asLong(),
        json.path("kept_step").asLong(),
        json.path("trainable_parameters").asLong(),
        json.path("sites").asLong(),
        metrics(json.path("metrics")),
        json.path("users_mode").asText(),
        users,
        json.path("training_rows").asLong(),
        json.path("examples_per_second").asDouble(),
        json.path("training_seconds").asDouble(),
        json.path("seconds").asDouble(),
        json.path("peak_rss_bytes").asLong());
  }

  private static Optional<Long> whole(JsonNode number) {
    return number.isNumber() ? Optional.of(number.asLong()) : Optional.empty();
  }

  /** Numbers that are not finite are text in JSON: "NaN". */
  private static Map<String, Double> metrics(JsonNode json) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    json.properties().forEach(metric -> metrics.put(metric.getKey(), number(metric.getValue())));
    return metrics;
  }

  private static double number(JsonNode value) {
    if (value.isNumber()) {
      return value.asDouble();
    }
    return switch (value.asText()) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }
}
