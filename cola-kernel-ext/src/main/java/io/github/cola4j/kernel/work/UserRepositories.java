package io.github.cola4j.kernel.work;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.repository.Repositories;
import io.github.cola4j.repository.RepositoryLibraries;
import io.github.cola4j.repository.RepositorySources;
import io.github.cola4j.source.Source;
import io.github.cola4j.source.SourceException;
import io.github.cola4j.spec.Coordinate;
import io.github.cola4j.spec.Sources;
import io.github.cola4j.worker.NativeLibraries;
import io.github.cola4j.worker.NativeLibraryException;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;

/**
 * Maven's repositories as {@code mvn} has them for the same user, outside of Maven: with the
 * settings' mirrors, proxies, credentials, profiles and offline mode, and the same local
 * repository.
 *
 * <p>Nothing is read or opened until something is wanted, and the settings are read anew each time,
 * so that a cell that was run again sees what was corrected in them. Threads may share one.
 */
public final class UserRepositories {
  private final MavenHome home;
  private final SettingsAdvice advice;
  private RepositorySystem system;

  /** Those of whoever runs this JVM. */
  public UserRepositories() {
    this(MavenHome.ofUser());
  }

  /** Those of the Maven that is configured there. */
  public UserRepositories(MavenHome home) {
    this.home = home;
    this.advice = new SettingsAdvice(home);
  }

  /**
   * Whether the settings forbid downloads.
   *
   * @throws SourceException if there is something wrong with the settings
   */
  public boolean offline() {
    return UserSession.read(home, event -> {}).offline();
  }

  /**
   * Native libraries for workers.
   *
   * @param events told of downloads, from threads of the resolver but never at the same time
   */
  public NativeLibraries libraries(EventSink events) {
    return artifacts -> {
      try {
        return new RepositoryLibraries(open(events), advice).resolve(artifacts);
      } catch (SourceException e) {
        throw new NativeLibraryException(advice.sentence(e.found(), e.fix()), e);
      }
    };
  }

  /**
   * What specs name by {@code hf:} and {@code mvn:}. The events of a fetch come from threads of the
   * resolver, but never at the same time.
   */
  public List<Source> sources() {
    return List.of(source("hf", RepositorySources::hub), source("mvn", RepositorySources::maven));
  }

  /** One that opens the repositories when something is fetched. */
  private Source source(String scheme, Function<RepositorySources, Source> kind) {
    return new Source() {
      @Override
      public String scheme() {
        return scheme;
      }

      @Override
      public Sources.Fetched fetch(Coordinate wanted, EventSink events) {
        return kind.apply(new RepositorySources(open(events), advice)).fetch(wanted, events);
      }
    };
  }

  /**
   * Artifacts and what they need at run time, for a class path, in its order.
   *
   * @param coordinates {@code group:artifact:version}, {@code group:artifact:version:classifier},
   *     {@code group:artifact:type:version} or {@code group:artifact:type:classifier:version}; a
   *     version that several of them need is chosen as Maven does it
   * @param events told of downloads, from threads of the resolver but never at the same time
   * @throws SourceException if one is no coordinate, or cannot be had, or there is something wrong
   *     with the settings; the message says what to do
   */
  public List<Path> resolve(List<String> coordinates, EventSink events) {
    List<ArtifactName> names = coordinates.stream().map(ArtifactName::parse).toList();
    Repositories repositories = open(events);
    CollectRequest wanted = new CollectRequest();
    wanted.setRepositories(repositories.remote());
    for (ArtifactName name : names) {
      wanted.addDependency(
          new Dependency(
              name.artifact(repositories.session().getArtifactTypeRegistry()), JavaScopes.RUNTIME));
    }
    DependencyRequest request =
        new DependencyRequest(wanted, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME));
    try {
      return repositories
          .system()
          .resolveDependencies(repositories.session(), request)
          .getArtifactResults()
          .stream()
          .map(ArtifactResult::getArtifact)
          .filter(artifact -> !artifact.getExtension().equals("pom"))
          .map(Artifact::getFile)
          .map(File::toPath)
          .distinct()
          .toList();
    } catch (DependencyResolutionException e) {
      String found =
          "%s cannot be had: %s".formatted(String.join(" ", coordinates), advice.said(e));
      throw repositories.session().isOffline()
          ? new SourceException(found, advice.goOnline(), e)
          : new SourceException(found, advice.dependency(e), e);
    }
  }

  private Repositories open(EventSink events) {
    EventSink oneByOne =
        new EventSink() {
          @Override
          public synchronized void accept(Event event) {
            events.accept(event);
          }
        };
    return UserSession.read(home, oneByOne).open(system(), oneByOne);
  }

  private synchronized RepositorySystem system() {
    if (system == null) {
      system = new RepositorySystemSupplier().get();
    }
    return system;
  }
}
