package io.github.cola4j.repository;

import io.github.cola4j.worker.NativeArtifact;
import io.github.cola4j.worker.NativeLibraries;
import io.github.cola4j.worker.NativeLibraryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/**
 * Native libraries from Maven's repositories, so that local repository, mirrors, credentials and
 * offline mode hold for them as for every other artifact.
 */
public record RepositoryLibraries(Repositories repositories, RepositoryAdvice advice)
    implements NativeLibraries {

  @Override
  public List<Path> resolve(List<NativeArtifact> artifacts) throws NativeLibraryException {
    try {
      return repositories
          .resolve(artifacts.stream().map(RepositoryLibraries::artifact).toList())
          .stream()
          .map(artifact -> artifact.getFile().toPath())
          .toList();
    } catch (ArtifactResolutionException e) {
      throw new NativeLibraryException(explain(e), e);
    }
  }

  private static Artifact artifact(NativeArtifact artifact) {
    return new DefaultArtifact(
        artifact.groupId(),
        artifact.artifactId(),
        artifact.classifier(),
        "jar",
        artifact.version());
  }

  private String explain(ArtifactResolutionException problem) {
    String missing =
        problem.getResults().stream()
            .filter(result -> !result.isResolved())
            .map(result -> result.getRequest().getArtifact().toString())
            .collect(Collectors.joining(" "));
    return repositories.session().isOffline()
        ? advice.sentence(
            "The native library %s is not in the local repository, and Maven is offline"
                .formatted(missing),
            advice.goOnline())
        : advice.sentence(
            "The native library cannot be had: " + problem.getMessage(), advice.library(problem));
  }
}
