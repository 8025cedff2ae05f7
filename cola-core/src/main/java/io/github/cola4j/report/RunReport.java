package io.github.cola4j.report;

import io.github.cola4j.event.Event;
import io.github.cola4j.gate.Evaluated;
import io.github.cola4j.gate.GateReport;
import io.github.cola4j.gate.Summary;
import io.github.cola4j.gate.SummaryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What there is to tell of a finished run.
 *
 * @param name what it is called
 * @param summary what came out
 * @param steps each step, in order; none where the run kept no {@code metrics.jsonl}
 * @param validations each validation, in order
 * @param spec the resolved spec it was trained by; empty if it is not there
 * @param gates what became of the gates
 * @param evaluation what its adapters took to evaluate; empty if nobody has yet
 */
public record RunReport(
    String name,
    Summary summary,
    List<Event.StepDone> steps,
    List<Event.Validated> validations,
    String spec,
    GateReport gates,
    Optional<Evaluated> evaluation) {
  private static final double MILLIS_PER_SECOND = 1e3;

  /**
   * A part of a run's time.
   *
   * @param name say {@code server pass}
   */
  public record Phase(String name, double seconds) {}

  /** Copies the lists. */
  public RunReport {
    steps = List.copyOf(steps);
    validations = List.copyOf(validations);
  }

  /**
   * Reads the folder of a run, which is called as its folder is.
   *
   * @param gates what became of its gates
   * @throws SummaryException if the run is not finished, or a file of it cannot be read
   */
  public static RunReport read(Path folder, GateReport gates) {
    Summary summary = Summary.ofRun(folder);
    History history = History.read(folder);
    return new RunReport(
        folder.toAbsolutePath().normalize().getFileName().toString(),
        summary,
        history.steps(),
        history.validations(),
        text(folder.resolve("spec.yaml")),
        gates,
        Evaluated.ofRun(folder));
  }

  /** The same under another name. */
  public RunReport named(String other) {
    return new RunReport(other, summary, steps, validations, spec, gates, evaluation);
  }

  /**
   * Where the time went: the steps' two halves, over all processes that the run took, and the rest
   * of the last process. Merging is part of what its pass and fit do not take.
   */
  public List<Phase> phases() {
    double server = steps.stream().mapToDouble(Event.StepDone::serverMillis).sum();
    double fit = steps.stream().mapToDouble(Event.StepDone::fitMillis).sum();
    double rest = Math.max(0, summary.seconds() - summary.trainingSeconds());
    return List.of(
        new Phase("server pass", server / MILLIS_PER_SECOND),
        new Phase("adapter fit", fit / MILLIS_PER_SECOND),
        new Phase("loading, evaluation, saving", rest));
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new SummaryException(file, "cannot be read (" + e + ")");
    }
  }
}
