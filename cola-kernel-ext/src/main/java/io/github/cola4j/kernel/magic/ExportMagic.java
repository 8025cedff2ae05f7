package io.github.cola4j.kernel.magic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.ExportJob;
import io.github.cola4j.worker.DeviceChoice;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    description = "Writes a run's adapter as a folder that PEFT loads, or a zip of one.")
final class ExportMagic implements Magic {
  private final Session session;

  @Mixin private WhichRun which;

  @Option(
      names = "--target",
      paramLabel = "PATH",
      description = "where to; by default exported in the run's folder")
  private String target;

  @Option(
      names = "--base-name",
      paramLabel = "NAME",
      description = "by what name others find the base")
  private String baseName;

  ExportMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() throws InterruptedException {
    Path folder = which.folder(session);
    ObjectNode told =
        new LiveJob(session)
            .run(
                "Exporting",
                ExportJob.class,
                DeviceChoice.CPU,
                view -> {
                  ObjectNode arguments =
                      session.workshop().runArguments(folder, which.user(), "base"::equals, view);
                  if (target != null) {
                    arguments.put("target", session.workshop().folder().resolve(target).toString());
                  }
                  if (baseName != null) {
                    arguments.put("base_name", baseName);
                  }
                  return arguments;
                });
    return Path.of(told.path("target").asText());
  }
}
