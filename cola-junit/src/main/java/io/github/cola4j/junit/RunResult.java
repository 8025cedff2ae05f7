package io.github.cola4j.junit;

import io.github.cola4j.gate.Measurements;
import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.SummaryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a finished run came to, from the files in its folder: reading it needs no native library.
 *
 * @param folder the run's, as it was named
 * @param summary its {@code summary.json}: metrics, users, labels, times
 * @param measurements by the names that gates have: metrics, {@code trainable_parameters}, {@code
 *     adapter_size} in bytes
 */
public record RunResult(Path folder, Summary summary, Measurements measurements) {
  static final String WHAT_TO_DO =
      "train it first: \"mvn package\" does where cola:finetune is in the POM, else \"mvn"
          + " cola:finetune\". Tests of what came out belong behind it, in the phase"
          + " integration-test or verify";

  /**
   * Reads the folder of a run.
   *
   * @param folder relative to the project's folder
   * @throws AssertionError if there is no finished run, or it cannot be read
   */
  public static RunResult open(Path folder) {
    Path there = ProjectFolder.resolve(folder);
    if (!Files.exists(there.resolve(Summary.FILE))) {
      throw missing(folder);
    }
    try {
      return new RunResult(folder, Summary.ofRun(there), Measurements.ofRun(there));
    } catch (SummaryException e) {
      throw new AssertionError("The run at " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Its metrics on the validation rows, by their names, in the task's order. */
  public Map<String, Double> metrics() {
    return summary.metrics();
  }

  static AssertionError missing(Path folder) {
    return new AssertionError("There is no finished run at " + folder + "; " + WHAT_TO_DO);
  }
}
