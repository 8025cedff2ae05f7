package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.Version;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Tells which ColA this is.")
final class VersionMagic implements Magic {
  private final Session session;

  VersionMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() {
    session
        .notebook()
        .out()
        .println(
            "ColA %s in %s, Java %s"
                .formatted(
                    Version.CURRENT,
                    session.notebook().name(),
                    System.getProperty("java.version")));
    return null;
  }
}
