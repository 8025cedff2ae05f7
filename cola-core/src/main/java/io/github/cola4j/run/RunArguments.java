package io.github.cola4j.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.spec.UsersSpec;
import io.github.cola4j.worker.JobContext;
import java.nio.file.Path;
import java.util.Map;

/**
 * The finished run that a job's arguments name: {@code run}, its folder; {@code sources}, where
 * what its spec names by coordinates is; {@code user}, whose adapter is used, for a run of users
 * with adapters of their own.
 */
final class RunArguments {
  private RunArguments() {}

  /** Opens it as its spec says. */
  static FinishedRun open(JobContext context) {
    return open(context, Map.of());
  }

  /**
   * Opens it.
   *
   * @param overrides of its spec
   */
  static FinishedRun open(JobContext context, Map<String, String> overrides) {
    ObjectNode arguments = context.arguments();
    FinishedRun opened =
        FinishedRun.open(
            Path.of(arguments.path("run").asText()), SpecArguments.sources(arguments), overrides);
    if (!arguments.path("user").isTextual()) {
      return opened;
    }
    FinishedRun run = opened.asUser(arguments.path("user").asText());
    if (run.spec().users().filter(u -> u.mode() == UsersSpec.Mode.COLLABORATION).isPresent()) {
      context
          .events()
          .accept(
              Event.Message.info(
                  "one user's part of a collaboration, which was trained together with the others'"));
    }
    return run;
  }
}
