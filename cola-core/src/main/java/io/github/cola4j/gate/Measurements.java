package io.github.cola4j.gate;

import static io.github.cola4j.spec.GatesSpec.ADAPTER_SIZE;
import static io.github.cola4j.spec.GatesSpec.LATENCY_P50;
import static io.github.cola4j.spec.GatesSpec.LATENCY_P95;
import static io.github.cola4j.spec.GatesSpec.TRAINABLE_PARAMETERS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What was measured, by the names that gates have for it: metrics and parameters as numbers, sizes
 * in bytes, times in milliseconds.
 *
 * @param run of the whole run
 * @param users each user's own metrics, by name; empty metrics where nothing was measured
 */
public record Measurements(Map<String, Double> run, Map<String, Map<String, Double>> users) {
  /** Keeps all in order. */
  public Measurements {
    run = ordered(run);
    Map<String, Map<String, Double>> own = new LinkedHashMap<>();
    users.forEach((name, metrics) -> own.put(name, ordered(metrics)));
    users = Collections.unmodifiableMap(own);
  }

  /** What a summary tells: metrics, the users' too, and trainable parameters. */
  public static Measurements of(Summary summary) {
    Map<String, Map<String, Double>> users = new LinkedHashMap<>();
    summary.users().forEach((name, user) -> users.put(name, user.metrics()));
    return new Measurements(summary.metrics(), users)
        .with(TRAINABLE_PARAMETERS, summary.trainableParameters());
  }

  /**
   * What the folder of a finished run tells: its summary; the size of {@code
   * adapter_model.safetensors}: of the adapter that is everybody's, or where each user has one, of
   * the largest; and latencies, if its adapters were evaluated.
   *
   * @throws SummaryException if the run is not finished, or its summary cannot be read
   */
  public static Measurements ofRun(Path folder) {
    Map<String, Double> others = new LinkedHashMap<>();
    Measurements summary = of(Summary.ofRun(folder));
    adapterSize(folder).ifPresent(size -> others.put(ADAPTER_SIZE, (double) size));
    Evaluated.ofRun(folder)
        .ifPresent(
            evaluated -> {
              others.put(LATENCY_P50, evaluated.p50Millis());
              others.put(LATENCY_P95, evaluated.p95Millis());
            });
    return summary.with(others);
  }

  /** These, and one more or another instead of one: a latency that an evaluation measured. */
  public Measurements with(String name, double value) {
    return with(Map.of(name, value));
  }

  /** These, and more or others instead of some: the metrics of another evaluation. */
  public Measurements with(Map<String, Double> values) {
    Map<String, Double> all = new LinkedHashMap<>(run);
    all.putAll(values);
    return new Measurements(all, users);
  }

  private static OptionalLong adapterSize(Path folder) {
    OptionalLong together = weights(folder);
    if (together.isPresent() || !Files.isDirectory(folder.resolve("users"))) {
      return together;
    }
    try (Stream<Path> users = Files.list(folder.resolve("users"))) {
      return users.map(Measurements::weights).flatMapToLong(OptionalLong::stream).max();
    } catch (IOException e) {
      throw new SummaryException(folder.resolve("users"), "cannot be read (" + e + ")");
    }
  }

  private static OptionalLong weights(Path folder) {
    Path file = folder.resolve("adapter").resolve("adapter_model.safetensors");
    try {
      return Files.exists(file) ? OptionalLong.of(Files.size(file)) : OptionalLong.empty();
    } catch (IOException e) {
      throw new SummaryException(file, "cannot be read (" + e + ")");
    }
  }

  private static Map<String, Double> ordered(Map<String, Double> values) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
