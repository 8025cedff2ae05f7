package io.github.cola4j.kernel.shell;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.Told;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.UserRepositories;
import io.github.cola4j.source.SourceException;
import java.nio.file.Path;
import java.util.List;

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
    if (event instanceof Event.Downloading file && file.arrived()) {
      System.out.println(Told.arrived(file));
    }
  }
}
