package io.github.cola4j.kernel.work;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.repository.Repositories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.maven.model.building.DefaultModelProcessor;
import org.apache.maven.model.io.DefaultModelReader;
import org.apache.maven.model.superpom.DefaultSuperPomProvider;
import org.apache.maven.repository.internal.ArtifactDescriptorUtils;
import org.apache.maven.repository.internal.MavenRepositorySystemUtils;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Profile;
import org.apache.maven.settings.Proxy;
import org.apache.maven.settings.Repository;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.eclipse.aether.ConfigurationProperties;
import org.eclipse.aether.DefaultRepositoryCache;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.eclipse.aether.util.repository.SimpleResolutionErrorPolicy;

/** A session of the resolver as {@code mvn} would set it up from the same settings. */
final class UserSession {
  /** A server that stops answering shall not hold a cell for the half hour that Maven waits. */
  private static final int SILENCE_MILLIS = 120_000;

  private final MavenHome home;
  private final Settings settings;
  private final Properties properties;

  private UserSession(MavenHome home, Settings settings, Properties properties) {
    this.home = home;
    this.settings = settings;
    this.properties = properties;
  }

  /**
   * Reads the settings.
   *
   * @throws io.github.cola4j.source.SourceException if there is something wrong with them
   */
  static UserSession read(MavenHome home, EventSink events) {
    Properties properties = new Properties();
    properties.putAll(System.getProperties());
    System.getenv().forEach((name, value) -> properties.setProperty("env." + name, value));
    return new UserSession(home, new MavenSettings(home, events).read(properties), properties);
  }

  boolean offline() {
    return settings.isOffline();
  }

  /** The repositories of the user, with mirrors, proxies and credentials. */
  Repositories open(RepositorySystem system, EventSink events) {
    DefaultRepositorySystemSession session = MavenRepositorySystemUtils.newSession();
    session.setOffline(settings.isOffline());
    session.setCache(new DefaultRepositoryCache());
    session.setSystemProperties(properties);
    session.setConfigProperties(configuration());
    session.setMirrorSelector(mirrors());
    session.setProxySelector(proxies());
    session.setAuthenticationSelector(credentials());
    // What was missing a moment ago is looked for again: a cell has no -U.
    session.setResolutionErrorPolicy(new SimpleResolutionErrorPolicy(false, false));
    session.setTransferListener(new Transfers(events));
    session.setLocalRepositoryManager(
        system.newLocalRepositoryManager(session, new LocalRepository(localRepository().toFile())));
    session.setReadOnly();
    return new Repositories(
        system, session, system.newResolutionRepositories(session, repositories()));
  }

  private Path localRepository() {
    return home.localRepository()
        .or(() -> Optional.ofNullable(settings.getLocalRepository()).map(Path::of))
        .orElseGet(() -> home.folder().resolve("repository"))
        .toAbsolutePath();
  }

  /** Those of active profiles, and behind them Maven Central, unless one of them took its name. */
  private List<RemoteRepository> repositories() {
    Map<String, RemoteRepository> byId = new LinkedHashMap<>();
    for (Profile profile : SettingsProfiles.active(settings, properties)) {
      for (Repository repository : profile.getRepositories()) {
        byId.putIfAbsent(repository.getId(), remote(repository));
      }
    }
    for (org.apache.maven.model.Repository repository : everybodys()) {
      byId.putIfAbsent(repository.getId(), ArtifactDescriptorUtils.toRemoteRepository(repository));
    }
    return new ArrayList<>(byId.values());
  }

  /** What every POM inherits. */
  private static List<org.apache.maven.model.Repository> everybodys() {
    return new DefaultSuperPomProvider()
        .setModelProcessor(new DefaultModelProcessor().setModelReader(new DefaultModelReader()))
        .getSuperModel("4.0.0")
        .getRepositories();
  }

  private static RemoteRepository remote(Repository repository) {
    return new RemoteRepository.Builder(
            repository.getId(), repository.getLayout(), repository.getUrl())
        .setReleasePolicy(policy(repository.getReleases()))
        .setSnapshotPolicy(policy(repository.getSnapshots()))
        .build();
  }

  private static RepositoryPolicy policy(org.apache.maven.settings.RepositoryPolicy policy) {
    if (policy == null) {
      return new RepositoryPolicy();
    }
    return new RepositoryPolicy(
        policy.isEnabled(),
        Optional.ofNullable(policy.getUpdatePolicy()).orElse(RepositoryPolicy.UPDATE_POLICY_DAILY),
        Optional.ofNullable(policy.getChecksumPolicy())
            .orElse(RepositoryPolicy.CHECKSUM_POLICY_WARN));
  }

  private DefaultMirrorSelector mirrors() {
    DefaultMirrorSelector selector = new DefaultMirrorSelector();
    for (Mirror mirror : settings.getMirrors()) {
      selector.add(
          mirror.getId(),
          mirror.getUrl(),
          mirror.getLayout(),
          false,
          mirror.isBlocked(),
          mirror.getMirrorOf(),
          mirror.getMirrorOfLayouts());
    }
    return selector;
  }

  private DefaultProxySelector proxies() {
    DefaultProxySelector selector = new DefaultProxySelector();
    for (Proxy proxy : settings.getProxies()) {
      if (proxy.isActive()) {
        AuthenticationBuilder credentials = new AuthenticationBuilder();
        credentials.addUsername(proxy.getUsername()).addPassword(proxy.getPassword());
        selector.add(
            new org.eclipse.aether.repository.Proxy(
                proxy.getProtocol(), proxy.getHost(), proxy.getPort(), credentials.build()),
            proxy.getNonProxyHosts());
      }
    }
    return selector;
  }

  private DefaultAuthenticationSelector credentials() {
    DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
    for (Server server : settings.getServers()) {
      AuthenticationBuilder credentials = new AuthenticationBuilder();
      credentials.addUsername(server.getUsername()).addPassword(server.getPassword());
      credentials.addPrivateKey(server.getPrivateKey(), server.getPassphrase());
      selector.add(server.getId(), credentials.build());
    }
    return selector;
  }

  /** System properties, and of servers what Maven takes: headers and timeouts. */
  private Map<String, Object> configuration() {
    Map<String, Object> configuration = new HashMap<>();
    configuration.put(ConfigurationProperties.REQUEST_TIMEOUT, SILENCE_MILLIS);
    configuration.put(ConfigurationProperties.USER_AGENT, "Apache-Maven (cola)");
    properties.forEach((name, value) -> configuration.put(name.toString(), value));
    for (Server server : settings.getServers()) {
      if (server.getConfiguration() instanceof Xpp3Dom asked) {
        put(
            configuration,
            ConfigurationProperties.CONNECT_TIMEOUT,
            server,
            "connectTimeout",
            asked);
        put(
            configuration,
            ConfigurationProperties.REQUEST_TIMEOUT,
            server,
            "requestTimeout",
            asked);
        Map<String, String> headers = headers(asked);
        if (!headers.isEmpty()) {
          configuration.put(ConfigurationProperties.HTTP_HEADERS + "." + server.getId(), headers);
        }
      }
    }
    return configuration;
  }

  private static void put(
      Map<String, Object> configuration, String name, Server server, String tag, Xpp3Dom asked) {
    Optional.ofNullable(asked.getChild(tag))
        .map(Xpp3Dom::getValue)
        .ifPresent(value -> configuration.put(name + "." + server.getId(), value));
  }

  private static Map<String, String> headers(Xpp3Dom asked) {
    Map<String, String> headers = new TreeMap<>();
    Xpp3Dom all = asked.getChild("httpHeaders");
    for (Xpp3Dom header : all == null ? new Xpp3Dom[0] : all.getChildren()) {
      if (header.getChild("name") != null && header.getChild("value") != null) {
        headers.put(header.getChild("name").getValue(), header.getChild("value").getValue());
      }
    }
    return headers;
  }
}
