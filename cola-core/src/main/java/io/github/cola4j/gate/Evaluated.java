package io.github.cola4j.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code evaluation.json} of a finished run: what its model took on its validation rows.
 *
 * @param rows that were measured
 * @param of what was timed: {@code row} for one pass, {@code text} for a text that was written
 * @param timed how many single predictions were
 * @param p50Millis the time that half of these took at most
 * @param p95Millis the time that 95 of 100 took at most
 * @param rowsPerSecond throughput of batches
 * @param peakBytes the process' largest resident memory; 0 where the platform does not tell
 * @param device say {@code cpu}
 * @param threads of one operation
 */
public record Evaluated(
    long rows,
    String of,
    int timed,
    double p50Millis,
    double p95Millis,
    double rowsPerSecond,
    long peakBytes,
    String device,
    int threads) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** The file's name in the folder of a run. */
  public static final String FILE = "evaluation.json";

  /** Where this file and the run's summary tell the digests of the adapters' files. */
  private static final String RESULTS = "results";

  /**
   * What was found of the very adapters that a run has: that they are those that its summary tells
   * of is for others to see to.
   *
   * @param folder the run's
   * @return empty if there was no evaluation, or it was one of other adapters
   * @throws SummaryException if a file cannot be read
   */
  public static Optional<Evaluated> ofRun(Path folder) {
    if (!Files.exists(folder.resolve(FILE))) {
      return Optional.empty();
    }
    JsonNode json = read(folder.resolve(FILE));
    JsonNode adapters = json.path(RESULTS);
    if (adapters.isEmpty() || !adapters.equals(read(folder.resolve(Summary.FILE)).path(RESULTS))) {
      return Optional.empty();
    }
    JsonNode latency = json.path("latency");
    return Optional.of(
        new Evaluated(
            json.path("rows").asLong(),
            latency.path("of").asText(),
            latency.path("count").asInt(),
            latency.path("p50_ms").asDouble(),
            latency.path("p95_ms").asDouble(),
            json.path("throughput").path("rows_per_second").asDouble(),
            json.path("memory").path("peak_rss_bytes").asLong(),
            json.path("device").asText(),
            json.path("threads").asInt()));
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new SummaryException(
          file, "is not JSON (" + e.getOriginalMessage() + "); delete it, or evaluate again");
    } catch (IOException e) {
      throw new SummaryException(file, "cannot be read (" + e + ")");
    }
  }
}
