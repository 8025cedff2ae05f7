package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.MergeJob;
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
  @Mixin private Target target;

  @Option(
      names = "--dtype",
      paramLabel = "DTYPE",
      description = "float32, bfloat16 or float16; by default the base's")
  private String dtype;

  MergeMagic(Session session) {
    this.session = session;
  }

  @Override
  public Path run() throws InterruptedException {
    return target.make(
        session,
        which,
        "Merging",
        MergeJob.class,
        arguments -> {
          if (dtype != null) {
            arguments.put("dtype", dtype);
          }
        });
  }
}
