package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.ExportJob;
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
  @Mixin private Target target;

  @Option(
      names = "--base-name",
      paramLabel = "NAME",
      description = "by what name others find the base")
  private String baseName;

  ExportMagic(Session session) {
    this.session = session;
  }

  @Override
  public Path run() throws InterruptedException {
    return target.make(
        session,
        which,
        "Exporting",
        ExportJob.class,
        arguments -> {
          if (baseName != null) {
            arguments.put("base_name", baseName);
          }
        });
  }
}
