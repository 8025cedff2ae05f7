package io.github.cola4j.source;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.spec.Coordinate;
import io.github.cola4j.spec.Sources;
import java.nio.file.Path;
import java.util.Set;

/**
 * Models and data in Maven's repositories, as {@link MavenName} has them: files, or archives of
 * files, which are unpacked once.
 *
 * @param repository brings artifacts to this machine
 * @param cache the folder that archives are unpacked into
 */
public record MavenSource(Repository repository, Path cache) implements Source {
  private static final Set<String> ARCHIVES = Set.of("zip", "jar");

  /** Maven's repositories. */
  @FunctionalInterface
  public interface Repository {
    /**
     * Brings an artifact to this machine, unless it is here.
     *
     * @return its file, and the version that it has if a snapshot was asked for
     * @throws SourceException if it cannot be had
     */
    Sources.Fetched resolve(MavenName name);
  }

  @Override
  public String scheme() {
    return "mvn";
  }

  @Override
  public Sources.Fetched fetch(Coordinate wanted, EventSink events) {
    MavenName name = MavenName.parse(wanted.text());
    boolean archive = ARCHIVES.contains(name.type());
    if (!archive && (name.path().isPresent() || wanted.kind().isFolder())) {
      throw new SourceException(
          "\""
              + wanted.text()
              + "\" is no archive that could hold "
              + name.path()
                  .map(path -> "\"" + path + "\"")
                  .orElse(wanted.kind() == Coordinate.Kind.MODEL ? "a model" : "an adapter"),
          "name a zip or a jar: without @" + name.type() + ", or with @jar");
    }
    Sources.Fetched artifact = repository.resolve(name);
    if (!archive) {
      return artifact;
    }
    Archive unpacked = Archive.unpack(artifact.path(), name, cache);
    Path path =
        name.path().isPresent()
            ? unpacked.within(name.path().get())
            : switch (wanted.kind()) {
              case MODEL -> unpacked.model();
              case ADAPTER -> unpacked.adapter();
              case FILE -> unpacked.onlyFile();
              case FILE_OR_FOLDER -> unpacked.folder();
            };
    return new Sources.Fetched(path, artifact.version());
  }
}
