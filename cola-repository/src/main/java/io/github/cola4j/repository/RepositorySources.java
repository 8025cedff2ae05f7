package io.github.cola4j.repository;

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
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/**
 * Where bases and data come from: the hub that the environment names, and Maven's repositories,
 * both with Maven's proxies and offline mode.
 */
public record RepositorySources(Repositories repositories, RepositoryAdvice advice) {
  /** A source for each kind of coordinate. */
  public List<Source> all() {
    return List.of(hub(), maven());
  }

  /** What {@code hf:} names. */
  public Source hub() {
    return new HubSource(this::openHub);
  }

  /** What {@code mvn:} names. */
  public Source maven() {
    Path local = repositories.session().getLocalRepository().getBasedir().toPath();
    // Beside the artifacts, so that what CI servers keep of one build for the next has it too.
    return new MavenSource(this::resolve, local.resolve(".cache").resolve("cola"));
  }

  private Hub openHub() {
    HubSettings settings =
        HubSettings.of(System.getenv(), Path.of(System.getProperty("user.home")))
            .offlineIf(repositories.session().isOffline());
    return new Hub(settings, proxies(settings.endpoint()));
  }

  /** That of Maven's settings, or else Java's. */
  private ProxySelector proxies(URI hub) {
    Proxy proxy =
        repositories
            .session()
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
      Artifact found = repositories.resolve(List.of(artifact)).get(0);
      return new Sources.Fetched(found.getFile().toPath(), found.getVersion());
    } catch (ArtifactResolutionException e) {
      throw repositories.session().isOffline()
          ? new SourceException(
              name.artifact() + " is not in the local repository, and Maven is offline",
              advice.goOnline(),
              e)
          : new SourceException(
              name.artifact() + " cannot be had: " + e.getMessage(), advice.artifact(e), e);
    }
  }
}
