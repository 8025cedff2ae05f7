package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.spec.RunSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What stands at a spec's output already, found out without the native library: whether there is
 * anything to do. Times of files do not count, what is in them does.
 */
public sealed interface Standing {
  /** Nothing, or nothing that a run could go on from. */
  record Nothing() implements Standing {}

  /** A run of this spec that has not come to its end. */
  record Unfinished() implements Standing {}

  /**
   * A run of other inputs, or a finished one whose files were changed since.
   *
   * @param changes since then, a line each; at least one
   */
  record Outdated(List<String> changes) implements Standing {}

  /**
   * The very run that the spec asks for.
   *
   * @param metrics of the adapter that was kept, by their names; empty if it was not measured
   */
  record UpToDate(Map<String, Double> metrics) implements Standing {}

  /**
   * Looks. Another device, number of threads or version of PyTorch is no change: which these come
   * to, only a run finds out.
   *
   * @param code as for {@link Finetuning#run(RunSpec, String, boolean,
   *     io.github.cola4j.event.EventSink, io.github.cola4j.worker.StopSignal)}
   * @throws io.github.cola4j.checkpoint.CheckpointException if the base or the run cannot be read,
   *     or an unfinished run does not tell its inputs any more
   * @throws io.github.cola4j.data.DataException if the data cannot be read
   */
  static Standing of(RunSpec spec, String code) {
    Path folder = spec.output().path();
    boolean finished = Files.exists(folder.resolve(RunFolder.SUMMARY));
    if (!finished && !RunFolder.hasCheckpoint(folder)) {
      return new Nothing();
    }
    for (String name : List.of(RunFolder.SPEC, RunFolder.INPUTS)) {
      if (!Files.exists(folder.resolve(name))) {
        return new Outdated(List.of(name + " is gone"));
      }
    }
    if (finished) { // an unfinished run has a checkpoint to lose: there damage is an error, below
      List<String> damaged =
          Stream.of(RunFolder.INPUTS, RunFolder.SUMMARY)
              .filter(name -> RunFolder.isDamaged(folder, name))
              .map(name -> name + " is damaged")
              .toList();
      if (!damaged.isEmpty()) {
        return new Outdated(damaged);
      }
    }
    List<String> changes =
        new ArrayList<>(
            spec.differences(TextRows.text(folder.resolve(RunFolder.SPEC)), RunFolder.SPEC));
    changes.addAll(
        Inputs.ofFiles(spec, code).differences(RunFolder.told(folder, RunFolder.INPUTS)));
    if (!finished) {
      return changes.isEmpty() ? new Unfinished() : new Outdated(changes);
    }
    JsonNode summary = RunFolder.told(folder, RunFolder.SUMMARY);
    changes.addAll(changedResults(folder, summary));
    if (!changes.isEmpty()) {
      return new Outdated(List.copyOf(changes));
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    summary
        .path("metrics")
        .properties()
        .forEach(metric -> metrics.put(metric.getKey(), metric.getValue().asDouble()));
    return new UpToDate(metrics);
  }

  private static List<String> changedResults(Path folder, JsonNode summary) {
    Map<String, String> are = RunFolder.results(folder);
    List<String> changes = new ArrayList<>(RunFolder.changedResults(are, summary));
    are.keySet().stream()
        .filter(name -> !summary.path(RunFolder.RESULTS).has(name))
        .forEach(name -> changes.add(name + " is not the run's"));
    return changes;
  }
}
