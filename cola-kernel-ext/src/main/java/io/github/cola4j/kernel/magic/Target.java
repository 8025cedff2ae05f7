package io.github.cola4j.kernel.magic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Job;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where something goes that is made of a run. */
final class Target {
  @Option(
      names = "--target",
      paramLabel = "PATH",
      description = "where to; by default a folder in the run's")
  private String path;

  /**
   * Has it made.
   *
   * @param what is done, for errors
   * @param more adds the job's own arguments
   * @return where it is
   */
  Path make(
      Session session,
      WhichRun which,
      String what,
      Class<? extends Job> job,
      Consumer<ObjectNode> more)
      throws InterruptedException {
    Path folder = which.folder(session);
    ObjectNode told =
        new LiveJob(session)
            .run(
                what,
                job,
                DeviceChoice.CPU,
                view -> {
                  ObjectNode arguments =
                      session.workshop().runArguments(folder, which.user(), "base"::equals, view);
                  if (path != null) {
                    arguments.put("target", session.workshop().folder().resolve(path).toString());
                  }
                  more.accept(arguments);
                  return arguments;
                });
    return Path.of(told.path("target").asText());
  }
}
