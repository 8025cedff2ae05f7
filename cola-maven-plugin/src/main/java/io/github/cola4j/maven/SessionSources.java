package io.github.cola4j.maven;

import io.github.cola4j.hub.Hub;
import io.github.cola4j.hub.HubSettings;
import io.github.cola4j.source.HubSource;
import io.github.cola4j.source.MavenName;
import io.github.cola4j.source.MavenSource;
import io.github.cola4j.source.Source;
import io.github.cola4j.source.SourceException;
import io.github.cola4j.spec.Sources;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/**
 * Where bases and data come from in a build: the hub that the environment names, and the Maven
 * repositories of the session, with its proxies and its offline mode.
 *
 * @param remote repositories of the project and of its plugins
 */
record SessionSources(
    RepositorySystem system, RepositorySystemSession session, List<RemoteRepository> remote) {
  /** A source for each kind of coordinate. */
  List<Source> all() {
    Path local = session.getLocalRepository().getBasedir().toPath();
    return List.of(
        new HubSource(this::hub),
        // Beside the artifacts, so that what CI servers keep of one build for the next has it too.
        new MavenSource(this::resolve, local.resolve(".cache").resolve("cola")));
  }

  private Hub hub() {
    HubSettings settings =
        HubSettings.of(System.getenv(), Path.of(System.getProperty("user.home")))
            .offlineIf(session.isOffline());
    return new Hub(settings, proxies(settings.endpoint()));
  }

  /** That of Maven's settings, or else Java's. */
  private ProxySelector proxies(URI hub) {
    org.eclipse.aether.repository.Proxy proxy =
        session
            .getProxySelector()
            .getProxy(new RemoteRepository.Builder("hub", "default", hub.toString()).build());
    if (proxy == null) {
      return ProxySelector.getDefault();
    }
    return ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort()));
  }

  private Sources.Fetched resolve(MavenName name) {
    Artifact artifact =
        new DefaultArtifact(
            name.groupId(), name.artifactId(), name.classifier(), name.type(), name.version());
    try {
      Artifact found =
          system
              .resolveArtifact(session, new ArtifactRequest(artifact, remote, null))
              .getArtifact();
      return new Sources.Fetched(found.getFile().toPath(), found.getVersion());
    } catch (ArtifactResolutionException e) {
      throw session.isOffline()
          ? new SourceException(
              name.artifact() + " is not in the local repository, and Maven is offline",
              "run the same command once without -o",
              e)
          : new SourceException(
              name.artifact() + " cannot be had: " + e.getMessage(),
              "check the coordinates, and the repositories of the POM and of settings.xml",
              e);
    }
  }
}
