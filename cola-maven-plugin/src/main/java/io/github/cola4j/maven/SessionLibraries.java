package io.github.cola4j.maven;

import io.github.cola4j.worker.NativeArtifact;
import io.github.cola4j.worker.NativeLibraries;
import io.github.cola4j.worker.NativeLibraryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/**
 * Native libraries from the repositories of the Maven session, so that its local repository,
 * mirrors, credentials and offline mode hold for them as for every other artifact.
 */
final class SessionLibraries implements NativeLibraries {
  private final RepositorySystem system;
  private final RepositorySystemSession session;
  private final List<RemoteRepository> repositories;

  SessionLibraries(
      RepositorySystem system,
      RepositorySystemSession session,
      List<RemoteRepository> repositories) {
    this.system = system;
    this.session = session;
    this.repositories = repositories;
  }

  @Override
  public List<Path> resolve(List<NativeArtifact> artifacts) throws NativeLibraryException {
    List<ArtifactRequest> requests =
        artifacts.stream()
            .map(
                artifact ->
                    new ArtifactRequest(
                        new DefaultArtifact(
                            artifact.groupId(),
                            artifact.artifactId(),
                            artifact.classifier(),
                            "jar",
                            artifact.version()),
                        repositories,
                        null))
            .toList();
    try {
      return system.resolveArtifacts(session, requests).stream()
          .map(result -> result.getArtifact().getFile().toPath())
          .toList();
    } catch (ArtifactResolutionException e) {
      throw new NativeLibraryException(explain(e), e);
    }
  }

  private String explain(ArtifactResolutionException problem) {
    String missing =
        problem.getResults().stream()
            .filter(result -> !result.isResolved())
            .map(result -> result.getRequest().getArtifact().toString())
            .collect(Collectors.joining(" "));
    if (session.isOffline()) {
      return Advice.perhaps(
          "The native library %s is not in the local repository, and Maven is offline"
              .formatted(missing),
          "run the same command once without -o");
    }
    return Advice.perhaps(
        "The native library cannot be had: " + problem.getMessage(),
        "check the repositories, mirrors and proxies of your settings.xml, and try again with -U");
  }
}
