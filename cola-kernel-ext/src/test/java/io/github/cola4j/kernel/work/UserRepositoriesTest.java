package io.github.cola4j.kernel.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.cola4j.event.Event;
import io.github.cola4j.source.Source;
import io.github.cola4j.source.SourceException;
import io.github.cola4j.spec.Coordinate;
import io.github.cola4j.worker.NativeArtifact;
import io.github.cola4j.worker.NativeLibraryException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sonatype.plexus.components.cipher.DefaultPlexusCipher;

class UserRepositoriesTest {
  @TempDir Path temp;

  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  private TestRepository remote;
  private MavenHome home;
  private UserRepositories repositories;

  @BeforeEach
  void aUserWithAMirror() throws IOException {
    remote = new TestRepository(temp.resolve("remote"));
    home = new MavenHome(temp.resolve("user/.m2"), Optional.empty(), Optional.empty());
    Files.createDirectories(home.folder());
    repositories = new UserRepositories(home);
    mirror(remote.folder().toUri().toString(), "");
  }

  private void settings(String inner) throws IOException {
    Files.writeString(home.settings(), "<settings>\n" + inner + "\n</settings>\n");
  }

  private void mirror(String url, String more) throws IOException {
    settings(
        """
        <mirrors>
          <mirror>
            <id>acme</id>
            <url>%s</url>
            <mirrorOf>*</mirrorOf>
          </mirror>
        </mirrors>
        """
                .formatted(url)
            + more);
  }

  private List<String> resolve(String... coordinates) {
    return repositories.resolve(List.of(coordinates), events::add).stream()
        .map(path -> path.getFileName().toString())
        .toList();
  }

  private SourceException refused(String... coordinates) {
    return assertThrows(SourceException.class, () -> resolve(coordinates));
  }

  private Path local(String path) {
    return home.folder().resolve("repository/it/acme").resolve(path);
  }

  @Test
  void resolvesWhatIsNeededAtRunTimeInTheOrderOfTheClassPath() throws IOException {
    remote.deploy(
        "top",
        "1.0",
        TestRepository.dependency("middle", "compile", false)
            + TestRepository.dependency("tests", "test", false)
            + TestRepository.dependency("given", "provided", false)
            + TestRepository.dependency("perhaps", "compile", true));
    remote.deploy("middle", "1.0", TestRepository.dependency("bottom", "runtime", false));
    remote.deploy("bottom", "1.0", "");
    remote.deploy("other", "2.0", TestRepository.dependency("bottom", "runtime", false));

    assertEquals(
        List.of("top-1.0.jar", "middle-1.0.jar", "other-2.0.jar", "bottom-1.0.jar"),
        resolve("it.acme:top:1.0", "it.acme:other:2.0"));
    assertEquals("jar of bottom", Files.readString(local("bottom/1.0/bottom-1.0.jar")));
    assertTrue(events.stream().allMatch(Event.Downloading.class::isInstance), events::toString);
    assertTrue(events.contains(new Event.Downloading("bottom-1.0.jar", 13, 13)));
  }

  @ParameterizedTest
  @CsvSource({
    "it.acme:top:1.0, top-1.0.jar",
    "' it.acme:top:1.0 ', top-1.0.jar",
    "it.acme:top:1.0:linux-x86_64, top-1.0-linux-x86_64.jar",
    "it.acme:top:1.0:sources, top-1.0-sources.jar",
    "it.acme:top:zip:1.0, top-1.0.zip",
    "it.acme:top:test-jar:1.0, top-1.0-tests.jar",
    "it.acme:top:zip:all:1.0, top-1.0-all.zip",
    "it.acme:top:jar::1.0, top-1.0.jar",
    "'it.acme:top:[1.0,2.0)', top-1.0.jar",
  })
  void takesClassifiersAndTypes(String coordinate, String file) throws IOException {
    remote.deploy("top", "1.0", "");
    for (String end :
        List.of("-linux-x86_64.jar", "-sources.jar", ".zip", "-tests.jar", "-all.zip")) {
      remote.write("top", "1.0", end, end.getBytes());
    }
    Files.writeString(
        remote.folder().resolve("it/acme/top/maven-metadata.xml"),
        """
        <metadata>
          <groupId>it.acme</groupId>
          <artifactId>top</artifactId>
          <versioning><versions><version>1.0</version></versions></versioning>
        </metadata>
        """);

    assertEquals(List.of(file), resolve(coordinate));
  }

  @ParameterizedTest
  @CsvSource({
    "it.acme:top",
    "it.acme:top:",
    "::",
    "it.acme:to p:1.0",
    "it.acme:top:zip:all:1.0:more",
    "../../etc:top:1.0",
    "it.acme:top:..\\..\\up",
    "it.acme:top:1.0 2.0",
  })
  void refusesWhatIsNoCoordinate(String text) {
    SourceException refused = refused(text);

    assertEquals("\"" + text + "\" is no Maven coordinate", refused.found());
    assertTrue(refused.fix().startsWith("write group:artifact:version"), refused.fix());
  }

  @Test
  void anActiveProfileBringsItsRepository() throws IOException {
    remote.deploy("top", "1.0", "");
    String profiles =
        """
        <localRepository>%s</localRepository>
        <mirrors><mirror><id>none</id><url>%s</url><mirrorOf>central</mirrorOf></mirror></mirrors>
        <profiles>
          <profile>
            <id>acme</id>
            %s
            <repositories><repository><id>acme</id><url>%s</url></repository></repositories>
          </profile>
        </profiles>
        """
            .formatted(
                temp.resolve("elsewhere"),
                temp.resolve("empty").toUri(),
                "%s",
                remote.folder().toUri());
    settings(profiles.formatted(""));
    assertTrue(refused("it.acme:top:1.0").fix().startsWith("check the coordinates"));

    settings(
        profiles.formatted("<activation><property><name>!acme</name></property></activation>"));
    assertEquals(List.of("top-1.0.jar"), resolve("it.acme:top:1.0"));
    assertTrue(Files.exists(temp.resolve("elsewhere/it/acme/top/1.0/top-1.0.jar")));

    settings(
        profiles.formatted("")
            + "<activeProfiles><activeProfile>acme</activeProfile></activeProfiles>");
    assertEquals(List.of("top-1.0.jar"), resolve("it.acme:top:1.0"));
  }

  @Test
  void theInstallationsSettingsHoldTooAndTheLocalRepositoryCanBeSaid() throws IOException {
    remote.deploy("top", "1.0", "");
    Path maven = temp.resolve("maven");
    Files.createDirectories(maven.resolve("conf"));
    Files.move(home.settings(), maven.resolve("conf/settings.xml"));
    repositories =
        new UserRepositories(
            new MavenHome(home.folder(), Optional.of(maven), Optional.of(temp.resolve("said"))));

    assertEquals(List.of("top-1.0.jar"), resolve("it.acme:top:1.0"));
    assertTrue(Files.exists(temp.resolve("said/it/acme/top/1.0/top-1.0.jar")));
  }

  @Test
  void withoutSettingsThereIsMavenCentral() throws IOException {
    Files.delete(home.settings());

    List<RemoteRepository> remotes =
        UserSession.read(home, events::add)
            .open(new RepositorySystemSupplier().get(), events::add)
            .remote();

    assertEquals(List.of("central"), remotes.stream().map(RemoteRepository::getId).toList());
    assertEquals("https", remotes.get(0).getProtocol());
    assertFalse(remotes.get(0).getPolicy(true).isEnabled(), "snapshots");
  }

  @Test
  void offlineThereIsOnlyWhatIsHere() throws IOException {
    remote.deploy("here", "1.0", "");
    remote.deploy("there", "1.0", "");
    resolve("it.acme:here:1.0");
    mirror(remote.folder().toUri().toString(), "<offline>true</offline>");

    assertTrue(repositories.offline());
    assertEquals(List.of("here-1.0.jar"), resolve("it.acme:here:1.0"));
    SourceException refused = refused("it.acme:there:1.0");
    assertTrue(refused.found().startsWith("it.acme:there:1.0 cannot be had: "), refused.found());
    assertEquals("remove <offline> from ~/.m2/settings.xml, and run the cell again", refused.fix());

    mirror(remote.folder().toUri().toString(), "");
    assertEquals(List.of("there-1.0.jar"), resolve("it.acme:there:1.0"));
  }

  @Test
  void whatWasMissingIsLookedForAgain() throws IOException {
    SourceException refused = refused("it.acme:late:1.0");
    assertTrue(refused.found().contains("it.acme:late:jar:1.0"), refused.found());
    assertEquals(
        "check the coordinates, and the repositories and mirrors in ~/.m2/settings.xml",
        refused.fix());

    remote.deploy("late", "1.0", "");
    assertEquals(List.of("late-1.0.jar"), resolve("it.acme:late:1.0"));
  }

  @Test
  void brokenSettingsAreToldWithTheirLineWhenSomethingIsWanted() throws IOException {
    Files.writeString(home.settings(), "<settings>\n  <offline>true</ofline>\n</settings>\n");

    UserRepositories lazy = new UserRepositories(home);
    lazy.libraries(events::add);
    List<Source> sources = lazy.sources();

    SourceException refused = refused("it.acme:top:1.0");
    assertTrue(refused.found().startsWith("~/.m2/settings.xml:2:"), refused.found());
    assertFalse(refused.getMessage().contains(temp.toString()), refused.getMessage());
    assertEquals("correct this file of Maven's settings", refused.fix());
    assertThrows(SourceException.class, lazy::offline);
    assertThrows(
        NativeLibraryException.class,
        () ->
            lazy.libraries(events::add)
                .resolve(List.of(new NativeArtifact("it.acme", "top", "1.0", ""))));
    for (Source source : sources) {
      assertThrows(
          SourceException.class,
          () -> source.fetch(wanted(source.scheme() + ":it.acme:top:1.0"), events::add));
    }
  }

  @Test
  void aTagThatMavenDoesNotKnowIsAWarning() throws IOException {
    remote.deploy("top", "1.0", "");
    mirror(remote.folder().toUri().toString(), "<ofline>true</ofline>");

    assertEquals(List.of("top-1.0.jar"), resolve("it.acme:top:1.0"));
    Event.Message warning = assertInstanceOf(Event.Message.class, events.get(0));
    assertEquals(Event.Message.Level.WARN, warning.level());
    assertTrue(warning.text().contains("~/.m2/settings.xml:"), warning.text());
    assertTrue(warning.text().contains("ofline"), warning.text());
  }

  @Test
  void aWrongChecksumIsAWarning() throws IOException {
    remote.deploy("top", "1.0", "");
    Files.writeString(remote.folder().resolve("it/acme/top/1.0/top-1.0.jar"), "another");

    assertEquals(List.of("top-1.0.jar"), resolve("it.acme:top:1.0"));
    assertTrue(
        events.stream()
            .filter(Event.Message.class::isInstance)
            .anyMatch(event -> event.toString().contains("top-1.0.jar from acme: Checksum")),
        events::toString);
  }

  @Test
  void aServerGetsTheUsersPassword() throws Exception {
    remote.deploy("top", "1.0", "");
    HttpServer server = remote.serve(TestRepository.to("ann", "s3cret"));
    try {
      String url = TestRepository.url(server);
      mirror(url, "");
      SourceException refused = refused("it.acme:top:1.0");
      assertTrue(refused.found().contains("401"), refused.found());
      assertEquals(
          "give the user and the password in a <server> of ~/.m2/settings.xml with the id acme",
          refused.fix());

      String credentials =
          "<servers><server><id>acme</id><username>ann</username><password>%s</password></server></servers>";
      mirror(url, credentials.formatted("s3cret"));
      assertEquals(List.of("top-1.0.jar"), resolve("it.acme:top:1.0"));

      DefaultPlexusCipher cipher = new DefaultPlexusCipher();
      Files.writeString(
          home.folder().resolve("settings-security.xml"),
          "<settingsSecurity><master>%s</master></settingsSecurity>"
              .formatted(cipher.encryptAndDecorate("master", "settings.security")));
      mirror(url, credentials.formatted(cipher.encryptAndDecorate("s3cret", "master")));
      remote.deploy("next", "1.0", "");
      assertEquals(List.of("next-1.0.jar"), resolve("it.acme:next:1.0"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerGetsTheHeadersThatTheSettingsName() throws IOException {
    remote.deploy("top", "1.0", "");
    HttpServer server =
        remote.serve(
            (exchange, content) -> {
              if ("abc".equals(exchange.getRequestHeaders().getFirst("Private-Token"))) {
                TestRepository.whole().to(exchange, content);
              } else {
                exchange.sendResponseHeaders(403, -1);
              }
            });
    try {
      mirror(
          TestRepository.url(server),
          """
          <servers>
            <server>
              <id>acme</id>
              <configuration>
                <httpHeaders><property><name>Private-Token</name><value>abc</value></property></httpHeaders>
              </configuration>
            </server>
          </servers>
          """);
      assertEquals(List.of("top-1.0.jar"), resolve("it.acme:top:1.0"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aCutConnectionLeavesNothingHalfWritten() throws IOException {
    remote.deploy("top", "1.0", "");
    remote.write("top", "1.0", ".jar", new byte[500_000]);
    AtomicInteger cuts = new AtomicInteger(1_000);
    HttpServer server =
        remote.serve(
            (exchange, content) -> {
              if (content.length > 100_000 && cuts.getAndDecrement() > 0) {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content, 0, 100_000);
                exchange.getResponseBody().flush();
              } else {
                TestRepository.whole().to(exchange, content);
              }
            });
    try {
      mirror(TestRepository.url(server), "");
      SourceException refused = refused("it.acme:top:1.0");
      assertTrue(refused.fix().startsWith("check the network"), refused.getMessage());
      assertFalse(Files.exists(local("top/1.0/top-1.0.jar")));

      cuts.set(0);
      assertEquals(List.of("top-1.0.jar"), resolve("it.acme:top:1.0"));
      assertEquals(500_000, Files.size(local("top/1.0/top-1.0.jar")));
      assertTrue(events.contains(new Event.Downloading("top-1.0.jar", 500_000, 500_000)));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aRepositoryThatDoesNotAnswerIsTold() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    mirror("http://localhost:" + port + "/", "");

    SourceException refused = refused("it.acme:top:1.0");
    assertTrue(refused.found().contains("localhost:" + port), refused.found());
    assertEquals(
        "check the network, and the mirrors and proxies in ~/.m2/settings.xml, and run the cell"
            + " again",
        refused.fix());
    NativeLibraryException library =
        assertThrows(
            NativeLibraryException.class,
            () ->
                repositories
                    .libraries(events::add)
                    .resolve(List.of(new NativeArtifact("it.acme", "top", "1.0", ""))));
    assertTrue(library.getMessage().contains("check the network"), library.getMessage());
  }

  @Test
  void anInterruptEndsADownload() throws Exception {
    remote.deploy("top", "1.0", "");
    remote.write("top", "1.0", ".jar", new byte[500_000]);
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    HttpServer server =
        remote.serve(
            (exchange, content) -> {
              exchange.sendResponseHeaders(200, content.length);
              exchange.getResponseBody().write(content, 0, content.length / 2);
              exchange.getResponseBody().flush();
              if (content.length > 100_000) {
                half.countDown();
                ended.await();
              }
              exchange
                  .getResponseBody()
                  .write(content, content.length / 2, content.length - content.length / 2);
            });
    try {
      mirror(TestRepository.url(server), "");
      CompletableFuture<SourceException> failure = new CompletableFuture<>();
      Thread cell = new Thread(() -> failure.complete(refused("it.acme:top:1.0")));
      cell.start();
      half.await();
      cell.interrupt();
      ended.countDown();

      assertEquals(
          "run the cell again; what is there already is not downloaded again", failure.get().fix());
      assertFalse(Files.exists(local("top/1.0/top-1.0.jar")));
    } finally {
      ended.countDown();
      server.stop(0);
    }
  }

  @Test
  void nativeLibrariesComeWithoutWhatTheyDependOn() throws Exception {
    remote.deploy("torch", "1.0", TestRepository.dependency("lost", "compile", false));
    remote.write("torch", "1.0", "-linux-x86_64.jar", new byte[9]);
    NativeArtifact wanted = new NativeArtifact("it.acme", "torch", "1.0", "linux-x86_64");

    assertEquals(
        List.of(local("torch/1.0/torch-1.0-linux-x86_64.jar")),
        repositories.libraries(events::add).resolve(List.of(wanted)));

    mirror(remote.folder().toUri().toString(), "<offline>true</offline>");
    NativeArtifact missing = new NativeArtifact("it.acme", "torch", "2.0", "linux-x86_64");
    NativeLibraryException refused =
        assertThrows(
            NativeLibraryException.class,
            () -> repositories.libraries(events::add).resolve(List.of(missing)));
    assertEquals(
        "The native library it.acme:torch:jar:linux-x86_64:2.0 is not in the local repository, and"
            + " Maven is offline, perhaps you should remove <offline> from ~/.m2/settings.xml, and run the cell again",
        refused.getMessage());
  }

  @Test
  void specsNameDataInTheRepositories() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("data/train.tsv"));
      zip.write("good\t1\n".getBytes());
    }
    remote.write("reviews", "1.0", ".zip", bytes.toByteArray());
    Source maven = repositories.sources().get(1);

    Path data = maven.fetch(wanted("mvn:it.acme:reviews:1.0!data/train.tsv"), events::add).path();

    assertEquals("good\t1\n", Files.readString(data));
    assertTrue(events.stream().anyMatch(Event.Downloading.class::isInstance));
    SourceException refused =
        assertThrows(
            SourceException.class,
            () -> maven.fetch(wanted("mvn:it.acme:reviews:2.0"), events::add));
    assertTrue(refused.fix().startsWith("check the coordinates"), refused.fix());
  }

  @Test
  void theHubObeysTheSettingsToo() throws IOException {
    settings("<offline>true</offline>");
    Source hub = repositories.sources().get(0);

    SourceException refused =
        assertThrows(
            SourceException.class,
            () -> hub.fetch(wanted("hf:cola4j-tests/no-such-data:train.csv"), events::add));
    assertTrue(refused.getMessage().contains("offline"), refused.getMessage());
    assertEquals(
        List.of("hf", "mvn"),
        Stream.of(0, 1).map(i -> repositories.sources().get(i).scheme()).toList());
  }

  private static Coordinate wanted(String text) {
    return new Coordinate("cola.yaml", 1, "data", text, Coordinate.Kind.FILE, "");
  }
}
