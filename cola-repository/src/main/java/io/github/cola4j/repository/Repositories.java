package io.github.cola4j.repository;

import java.util.List;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;

/**
 * Maven's repositories as a front end has them: its resolver, and the user's local repository,
 * mirrors, credentials and offline mode, which then hold for all that is resolved.
 *
 * @param remote where artifacts are looked for, in this order
 */
public record Repositories(
    RepositorySystem system, RepositorySystemSession session, List<RemoteRepository> remote) {

  /** Brings artifacts to this machine, in this order; what they depend on is not wanted. */
  List<Artifact> resolve(List<Artifact> artifacts) throws ArtifactResolutionException {
    List<ArtifactRequest> requests =
        artifacts.stream().map(artifact -> new ArtifactRequest(artifact, remote, null)).toList();
    return system.resolveArtifacts(session, requests).stream()
        .map(ArtifactResult::getArtifact)
        .toList();
  }
}
