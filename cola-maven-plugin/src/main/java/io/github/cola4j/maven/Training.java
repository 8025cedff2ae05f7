package io.github.cola4j.maven;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Told;
import io.github.cola4j.run.FinetuneJob;
import io.github.cola4j.run.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;

/** A training that has to be done, since the run that a spec asks for is not there. */
final class Training {
  private final SpecMojo goal;
  private final AskedRun run;
  private final String code;
  private final boolean anew;

  private Training(SpecMojo goal, AskedRun run, String code, boolean anew) {
    this.goal = goal;
    this.run = run;
    this.code = code;
    this.anew = anew;
  }

  /**
   * Looks whether there is anything to do, and tells why, or why not.
   *
   * @param goal that does it
   * @param code a digest of the classes that will run
   * @param force whether to train from scratch whatever is there
   * @return empty if the run is up to date
   */
  static Optional<Training> due(SpecMojo goal, AskedRun run, String code, boolean force)
      throws MojoExecutionException, MojoFailureException {
    Log log = goal.getLog();
    if (force) {
      log.info("Trains from scratch: " + PropertyNames.FORCE + " is set");
      return Optional.of(new Training(goal, run, code, true));
    }
    Standing standing = goal.standing("Fine-tuning", run.spec(), code);
    if (standing instanceof Standing.UpToDate found) {
      log.info(upToDate(run, found));
      return Optional.empty();
    }
    reasons(run, standing).forEach(log::info);
    return Optional.of(new Training(goal, run, code, standing instanceof Standing.Outdated));
  }

  /** Trains, to the end of the run. */
  void start() throws MojoExecutionException, MojoFailureException {
    ObjectNode arguments = run.arguments().put("code", code).put("force", anew);
    goal.work("Fine-tuning", FinetuneJob.class, run, arguments);
  }

  /** One line, with what the run came to. */
  private static String upToDate(AskedRun run, Standing.UpToDate found) {
    String metrics = found.metrics().isEmpty() ? "" : ", " + Told.metrics(found.metrics());
    return "Up to date: %s%s; nothing has changed since (%s trains all the same)"
        .formatted(run.output(), metrics, PropertyNames.option(PropertyNames.FORCE, "true"));
  }

  /** Why something has to be done. */
  private static List<String> reasons(AskedRun run, Standing standing) {
    String output = run.output();
    if (standing instanceof Standing.Outdated outdated) {
      List<String> lines = new ArrayList<>();
      lines.add("Trains anew, since the run at " + output + " has other inputs:");
      outdated.changes().forEach(change -> lines.add("  " + change));
      return lines;
    }
    return List.of(
        standing instanceof Standing.Unfinished
            ? "Goes on with the unfinished run at " + output
            : "Trains, since there is no run at " + output + " yet");
  }
}
