package io.github.cola4j.kernel.shell;

import io.github.cola4j.event.Event;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.UserRepositories;
import io.github.cola4j.source.SourceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Artifacts as Maven would get them: with the user's settings, into Maven's repository. */
final class MavenArtifacts implements Artifacts {
  private final UserRepositories repositories = new UserRepositories();

  @Override
  public List<Path> resolve(List<String> coordinates) {
    try {
      return repositories.resolve(coordinates, MavenArtifacts::tell);
    } catch (SourceException e) {
      throw CellError.perhaps(e.found(), e.fix());
    }
  }

  private static void tell(Event event) {
    if (event instanceof Event.Downloading file && file.size() > 0 && file.done() >= file.size()) {
      System.out.printf(Locale.ROOT, "Downloaded %s, %,.1f MB%n", file.file(), file.size() / 1e6);
    }
  }
}
