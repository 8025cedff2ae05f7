package io.github.cola4j.lock;

import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param files SHA-256 of every file of the adapters, by its path in the run's folder, with slashes
 * @param keptStep the step whose adapter was kept
 * @param metrics of that adapter on the validation rows; empty where there are none
 */
public record CameOut(Map<String, String> files, long keptStep, Map<String, Double> metrics) {
  /** Sorts by keys. */
  public CameOut {
    files = Sorted.copy(files);
    metrics = Sorted.copy(metrics);
  }

  /** The files that are other here than they were, a line each; empty if all bytes are the same. */
  public List<String> differences(CameOut was) {
    return Sorted.differences(was.files, files);
  }
}
