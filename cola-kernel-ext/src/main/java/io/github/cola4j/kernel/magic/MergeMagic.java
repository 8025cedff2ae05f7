package io.github.cola4j.kernel.magic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.MergeJob;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "merge",
    description =
        "Adds a run's adapter to its base's weights, for good: a folder that transformers loads.")
final class MergeMagic implements Magic {
  private final Session session;

  @Mixin private WhichRun which;

  @Option(
      names = "--target",
      paramLabel = "PATH",
      description = "where to; by default merged in the run's folder")
  private String target;

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      description = "float32, bfloat16 or float16; by default the base's")
  private String dtype;

  MergeMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() throws InterruptedException {
    Path folder = which.folder(session);
    ObjectNode told =
        new LiveJob(session)
            .run(
                "Merging",
                MergeJob.class,
                DeviceChoice.CPU,
                view -> {
                  ObjectNode arguments =
                      session.workshop().runArguments(folder, which.user(), "base"::equals, view);
                  if (target != null) {
                    arguments.put("target", session.workshop().folder().resolve(target).toString());
                  }
                  if (dtype != null) {
                    arguments.put("dtype", dtype);
                  }
                  return arguments;
                });
    return Path.of(told.path("target").asText());
  }
}
