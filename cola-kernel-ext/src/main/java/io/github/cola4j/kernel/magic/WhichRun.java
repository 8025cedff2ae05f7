package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.work.Session;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The arguments by which magics name a finished run. */
final class WhichRun {
  @Option(
      names = "--run",
      paramLabel = "RUN",
      description =
          "the run: its folder, or the last part of that; by default this notebook's last")
  private String run;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "whose adapter, where users have adapters of their own")
  private String user;

  Path folder(Session session) {
    return session.run(run);
  }

  Optional<String> user() {
    return Optional.ofNullable(user);
  }
}
