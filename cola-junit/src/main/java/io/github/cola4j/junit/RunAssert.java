package io.github.cola4j.junit;

import io.github.cola4j.gate.GateReport;
import io.github.cola4j.gate.Gates;
import io.github.cola4j.gate.Measurements;
import io.github.cola4j.run.Standing;
import io.github.cola4j.source.Fetching;
import io.github.cola4j.source.HubSource;
import io.github.cola4j.spec.GatesSpec;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.SpecException;
import io.github.cola4j.spec.Task;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.opentest4j.AssertionFailedError;

/**
 * Holds what a run came to against gates. Names and conditions are those of the section {@code
 * gates} of {@code cola.yaml}, and a gate that is missed is told as {@code cola:verify} tells it,
 * with what was wanted and found. What was not measured is a miss.
 */
public final class RunAssert {
  /** What a spec names on a hub is in its cache, since the run was made with it. */
  private static final Fetching SPECS = new Fetching(List.of(HubSource.cacheOnly()), event -> {});

  private final RunResult run;

  RunAssert(RunResult run) {
    this.run = run;
  }

  /**
   * Of the whole run: {@code keeps("accuracy", ">= 0.80")}, {@code keeps("adapter_size", "<= 2
   * MB")}.
   *
   * @throws IllegalArgumentException if there is no such gate, or the condition is none
   */
  public RunAssert keeps(String name, String condition) {
    return keeps(Map.of(name, condition), "");
  }

  /** Of every user's own metrics: {@code keepsForEachUser("accuracy", ">= 0.7")}. */
  public RunAssert keepsForEachUser(String metric, String condition) {
    return keeps(Map.of("users." + metric, condition), "");
  }

  /** Of one user's own metrics: {@code keepsForUser("ann", "accuracy", ">= 0.7")}. */
  public RunAssert keepsForUser(String user, String metric, String condition) {
    Map<String, Double> own = run.measurements().users().get(user);
    if (own == null) {
      throw new IllegalArgumentException(
          "The run at "
              + run.folder()
              + " has no user \""
              + user
              + "\"; it knows "
              + (run.measurements().users().isEmpty()
                  ? "none"
                  : String.join(", ", run.measurements().users().keySet())));
    }
    GatesSpec gate = gates(Map.of(metric, condition));
    return check(gate, new Measurements(own, Map.of()), " as " + user);
  }

  /**
   * Of the change from an earlier run, found minus what that one's {@code summary.json} says:
   * {@code keepsAgainst(Path.of("baseline/summary.json"), "accuracy", ">= -0.01")}.
   *
   * @param baseline relative to the project's folder
   */
  public RunAssert keepsAgainst(Path baseline, String name, String condition) {
    String file = ProjectFolder.resolve(baseline).toAbsolutePath().toString();
    return keeps(
        new TreeMap<>(Map.of("baseline.file", file, "baseline." + name, condition)),
        " against " + baseline);
  }

  /**
   * All gates of a spec, as {@code cola:verify} does; the run must be what the spec and its data
   * ask for now.
   *
   * @param spec relative to the project's folder: {@code Path.of("cola.yaml")}
   */
  public RunAssert keepsGatesOf(Path spec) {
    return keepsGatesOf(spec, Map.of());
  }

  /**
   * The same for a run that was made with overrides.
   *
   * @param overrides by full keys, as those of {@code cola:finetune}
   */
  public RunAssert keepsGatesOf(Path spec, Map<String, String> overrides) {
    RunSpec asked;
    try {
      asked = SPECS.read(ProjectFolder.resolve(spec), overrides);
    } catch (SpecException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (asked.gates().isEmpty()) {
      throw new IllegalArgumentException(
          spec + " has no gates; write some into it, say gates: {accuracy: \">= 0.8\"}");
    }
    Path folder = ProjectFolder.resolve(run.folder()).toAbsolutePath().normalize();
    if (!asked.output().path().toAbsolutePath().normalize().equals(folder)) {
      throw new IllegalArgumentException(
          "The run at %s is another than that of %s, which is at %s"
              .formatted(run.folder(), spec, asked.output().asWritten()));
    }
    if (Standing.of(asked, "") instanceof Standing.Outdated outdated) {
      throw new AssertionFailedError(
          "The run at %s is not what %s asks for now (%s); %s"
              .formatted(
                  run.folder(), spec, String.join("; ", outdated.changes()), RunResult.WHAT_TO_DO));
    }
    return check(asked.gates(), run.measurements(), "");
  }

  private RunAssert keeps(Map<String, String> conditions, String how) {
    return check(gates(conditions), run.measurements(), how);
  }

  private GatesSpec gates(Map<String, String> conditions) {
    try {
      return GatesSpec.of(task(), conditions);
    } catch (SpecException e) {
      throw new IllegalArgumentException(
          e.problems().stream()
              .map(problem -> "%s: %s; %s".formatted(problem.key(), problem.found(), problem.fix()))
              .collect(Collectors.joining("\n")),
          e);
    }
  }

  private Task task() {
    return Arrays.stream(Task.values())
        .filter(task -> task.key().equals(run.summary().task()))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "The run at %s is of a task that is not known: %s"
                        .formatted(run.folder(), run.summary().task())));
  }

  private RunAssert check(GatesSpec wanted, Measurements found, String how) {
    GateReport report = Gates.check(wanted, found);
    if (!report.kept()) {
      throw new AssertionFailedError(
          "%s%s is not good enough: %s".formatted(run.folder(), how, report.text()),
          lines(report, GateReport.Check::wanted),
          lines(report, GateReport.Check::outcome));
    }
    return this;
  }

  /** For tools that show the two sides of a failure beside each other. */
  private static String lines(GateReport report, Function<GateReport.Check, String> side) {
    List<GateReport.Check> missed = report.missed();
    return missed.stream()
        .map(check -> check.name() + " " + side.apply(check))
        .collect(Collectors.joining("\n"));
  }
}
