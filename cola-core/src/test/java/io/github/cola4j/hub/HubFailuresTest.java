package io.github.cola4j.hub;

import static io.github.cola4j.hub.FakeHub.COMMIT;
import static io.github.cola4j.hub.FakeHub.content;
import static io.github.cola4j.hub.FakeHub.cutAfter;
import static io.github.cola4j.hub.FakeHub.status;
import static io.github.cola4j.hub.HubFixture.ALL;
import static io.github.cola4j.hub.HubFixture.NAME;
import static io.github.cola4j.hub.HubFixture.bytes;
import static io.github.cola4j.hub.HubFixture.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between here and the hub, and what is left of it. */
class HubFailuresTest {
  private static final byte[] WEIGHTS = bytes(300_000);
  private static final String BLOB = FakeHub.sha256(WEIGHTS);
  private static final String INCOMPLETE = BLOB + ".cola.incomplete";
  private static final String FILE = "model.safetensors";
  private static final HubFiles WANTED = HubFiles.one(FILE);

  @TempDir Path temporary;
  private HubFixture fixture;
  private FakeHub hub;

  @BeforeEach
  void start() {
    fixture = new HubFixture(temporary);
    hub = fixture.hub.withLarge(FILE, WEIGHTS).with("config.json", "{}");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void assertDownloaded() throws IOException {
    assertArrayEquals(
        WEIGHTS, Files.readAllBytes(fixture.folder.resolve("snapshots/" + COMMIT + "/" + FILE)));
    assertEquals(List.of(BLOB), fixture.blobs());
  }

  private List<Optional<String>> ranges() {
    return hub.seen.stream()
        .filter(request -> request.server().equals("cdn"))
        .map(request -> request.header("Range"))
        .toList();
  }

  private void leaveIncomplete(byte[] content) throws IOException {
    Files.createDirectories(fixture.folder.resolve("blobs"));
    Files.write(fixture.folder.resolve("blobs").resolve(INCOMPLETE), content);
  }

  @Test
  void aCutConnectionGoesOnWhereItWasCut() throws IOException {
    hub.plan("cdn", FILE, cutAfter(100_000));
    hub.plan("cdn", FILE, cutAfter(50_000));
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(
        List.of(Optional.empty(), Optional.of("bytes=100000-"), Optional.of("bytes=150000-")),
        ranges());
    assertEquals(2, fixture.told(HubProgress.Retrying.class).size());
  }

  @Test
  void anInterruptedDownloadLeavesOnlyTheIncompleteFileAndIsContinuedLater() throws IOException {
    hub.plan("cdn", FILE, cutAfter(100_000));
    for (int i = 0; i < HubFixture.SHORT.retries(); i++) {
      hub.plan("cdn", FILE, status(503));
    }
    HubException e = fails(Kind.UNREACHABLE, () -> fixture.snapshot(NAME, WANTED));
    assertTrue(e.problem().startsWith("model.safetensors of hf:owner/name@main"), e.problem());
    assertEquals(
        List.of(
            "models--owner--name/blobs/" + INCOMPLETE,
            "models--owner--name/trees/" + COMMIT + ".json"),
        fixture.cached());
    hub.seen.clear();
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(Optional.of("bytes=100000-")), ranges());
  }

  @Test
  void aServerThatIgnoresTheRangeStartsAgain() throws IOException {
    leaveIncomplete(bytes(1000));
    hub.plan("cdn", FILE, content(WEIGHTS));
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(Optional.of("bytes=1000-")), ranges());
  }

  @Test
  void otherContentIsNotGluedOn() throws IOException {
    leaveIncomplete(bytes(1000));
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(Optional.of("bytes=1000-"), Optional.empty()), ranges());
  }

  @Test
  void aPartOfAnotherFileIsNotTaken() throws IOException {
    leaveIncomplete(Arrays.copyOf(WEIGHTS, 1000));
    hub.plan(
        "cdn",
        FILE,
        (exchange, all) -> {
          FakeHub.contentRange(exchange, 1000, all.length + 5);
          exchange.sendResponseHeaders(206, all.length - 995);
          exchange.getResponseBody().write(new byte[all.length - 995]);
          return true;
        });
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(Optional.of("bytes=1000-"), Optional.empty()), ranges());
  }

  @Test
  void aPartThatTheServerDoesNotHaveStartsAgain() throws IOException {
    leaveIncomplete(Arrays.copyOf(WEIGHTS, 1000));
    hub.plan("cdn", FILE, status(416));
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(Optional.of("bytes=1000-"), Optional.empty()), ranges());
  }

  @Test
  void aPartThatIsWholeOrTooLongAsWell() throws IOException {
    leaveIncomplete(WEIGHTS);
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(), ranges());
    Files.delete(fixture.folder.resolve("blobs").resolve(BLOB));
    leaveIncomplete(bytes(WEIGHTS.length + 1));
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(Optional.empty()), ranges());
  }

  @ParameterizedTest
  @ValueSource(ints = {-10, 10})
  void anotherLengthThanListedIsRefused(int more) {
    hub.plan("cdn", FILE, content(bytes(WEIGHTS.length + more)));
    HubException e = fails(Kind.DAMAGED, () -> fixture.snapshot(NAME, WANTED));
    assertTrue(e.problem().contains(Integer.toString(WEIGHTS.length + more)), e.problem());
    assertTrue(e.problem().contains(Integer.toString(WEIGHTS.length)), e.problem());
    assertFalse(fixture.blobs().contains(BLOB));
  }

  @Test
  void moreThanListedWithoutALengthIsRefused() {
    hub.plan(
        "cdn",
        FILE,
        (exchange, all) -> {
          exchange.sendResponseHeaders(200, 0); // Chunks of no announced length.
          exchange.getResponseBody().write(bytes(WEIGHTS.length + 1));
          return true;
        });
    fails(Kind.DAMAGED, () -> fixture.snapshot(NAME, WANTED));
    assertFalse(fixture.blobs().contains(BLOB));
  }

  @Test
  void lessThanListedWithoutALengthIsContinued() throws IOException {
    hub.plan(
        "cdn",
        FILE,
        (exchange, all) -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(all, 0, 1000);
          return true;
        });
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(Optional.empty(), Optional.of("bytes=1000-")), ranges());
  }

  @ParameterizedTest
  @ValueSource(strings = {FILE, "config.json"})
  void aWrongChecksumLeavesNothing(String file) {
    byte[] wrong = file.equals(FILE) ? bytes(WEIGHTS.length).clone() : new byte[] {'[', ']'};
    wrong[0] ^= 1;
    hub.plan(file.equals(FILE) ? "cdn" : "hub", "resolve/" + COMMIT + "/" + file, content(wrong));
    HubException e = fails(Kind.DAMAGED, () -> fixture.snapshot(NAME, HubFiles.one(file)));
    assertTrue(e.problem().contains("checksum"), e.problem());
    assertEquals(List.of("models--owner--name/trees/" + COMMIT + ".json"), fixture.cached());
  }

  @ParameterizedTest
  @CsvSource({
    "401, , UNAUTHORISED, HF_TOKEN",
    "403, , UNAUTHORISED, HF_TOKEN",
    "401, GatedRepo, UNAUTHORISED, accept the terms on its page",
    "403, GatedRepo, UNAUTHORISED, accept the terms on its page",
    "401, RepoNotFound, NOT_FOUND, if it is private",
    "404, RepoNotFound, NOT_FOUND, check the name",
    "404, , NOT_FOUND, check the name",
    "404, RevisionNotFound, NOT_FOUND, write a branch",
    "400, , UNREACHABLE, HF_ENDPOINT",
  })
  void aRefusalSaysWhatToDoAndIsNotRepeated(int status, String code, Kind kind, String fix) {
    hub.plan(
        "hub", "/revision/", code == null ? status(status) : status(status, "X-Error-Code", code));
    HubException e = fails(kind, () -> fixture.snapshot(NAME, WANTED));
    assertTrue(e.fix().contains(fix), e.fix());
    assertEquals(1, hub.seen.size());
    assertEquals(List.of(), fixture.cached());
  }

  @Test
  void aGatedModelIsListedButNotGivenAway() {
    hub.plan("hub", "/resolve/", status(403, "X-Error-Code", "GatedRepo"));
    HubException e = fails(Kind.UNAUTHORISED, () -> fixture.snapshot(NAME, WANTED));
    assertTrue(e.fix().contains(hub.endpoint() + "/owner/name"), e.fix());
    assertFalse(e.getMessage().contains("hf_secret"), e.getMessage());
    assertEquals(List.of(), fixture.told(HubProgress.Retrying.class));
  }

  @Test
  void withoutATokenTheFixIsToSetOne() {
    HubSettings settings =
        new HubSettings(hub.endpoint(), Optional.empty(), fixture.cache, false, true);
    hub.plan("hub", "/revision/", status(401));
    HubException e =
        fails(
            Kind.UNAUTHORISED,
            () -> new Hub(settings, HubFixture.SHORT).snapshot(NAME, ALL, p -> {}));
    assertTrue(e.fix().contains("set HF_TOKEN to your token"), e.fix());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aBusyHubIsAskedAgain(int status) throws IOException {
    hub.plan("hub", "/revision/", status(status));
    hub.plan("hub", "/tree/", status(status));
    hub.plan("hub", "/resolve/", status(status));
    hub.plan("cdn", "/resolve/", status(status));
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(4, fixture.told(HubProgress.Retrying.class).size());
  }

  @Test
  void pausesGrowAndEnd() {
    for (int i = 0; i <= HubFixture.SHORT.retries(); i++) {
      hub.plan("hub", "/revision/", status(500));
    }
    HubException e = fails(Kind.UNREACHABLE, () -> fixture.snapshot(NAME, WANTED));
    assertTrue(e.problem().contains("500"), e.problem());
    assertEquals(
        List.of(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(4)),
        fixture.told(HubProgress.Retrying.class).stream().map(r -> r.pause()).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "Retry-After, 0, 0",
    "Retry-After, 1, 1",
    "Retry-After, 'Thu, 01 Jan 1970 00:00:00 GMT', 0",
    "RateLimit, '\"api\";r=0;t=0', 1",
  })
  void theHubSaysHowLongToWait(String header, String value, int seconds) throws IOException {
    hub.plan("hub", "/revision/", status(429, header, value));
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(
        List.of(Duration.ofSeconds(seconds)),
        fixture.told(HubProgress.Retrying.class).stream().map(r -> r.pause()).toList());
  }

  @Test
  void whoAsksToWaitTooLongFails() {
    hub.plan("hub", "/revision/", status(429, "Retry-After", "3600"));
    HubException e = fails(Kind.UNREACHABLE, () -> fixture.snapshot(NAME, WANTED));
    assertTrue(e.problem().contains("3600 s"), e.problem());
  }

  @Test
  void whoSaysNothingIsDead() throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    hub.plan(
        "cdn",
        FILE,
        (exchange, all) -> {
          exchange.sendResponseHeaders(200, all.length);
          exchange.getResponseBody().write(all, 0, 1000);
          exchange.getResponseBody().flush();
          try {
            over.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        });
    Patience hasty =
        new Patience(
            3,
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMillis(1500));
    new Hub(fixture.settings(), hasty).snapshot(NAME, WANTED, fixture.progress::add);
    over.countDown();
    assertDownloaded();
    assertEquals(List.of(Optional.empty(), Optional.of("bytes=1000-")), ranges());
  }

  @Test
  void anInterruptEndsItAndKeepsWhatCame() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    hub.plan(
        "cdn",
        FILE,
        (exchange, all) -> {
          exchange.sendResponseHeaders(200, all.length);
          exchange.getResponseBody().write(all, 0, 1000);
          exchange.getResponseBody().flush();
          try {
            over.await(60, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        });
    AtomicReference<HubException> failure = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                fixture
                    .client()
                    .snapshot(
                        NAME,
                        WANTED,
                        p -> {
                          if (p instanceof HubProgress.Fetching f && f.done() == 1000) {
                            begun.countDown();
                          }
                        });
              } catch (HubException e) {
                failure.set(e);
                flag.set(Thread.currentThread().isInterrupted());
              }
            });
    thread.start();
    assertTrue(begun.await(60, TimeUnit.SECONDS));
    thread.interrupt();
    thread.join();
    over.countDown();
    assertEquals(Kind.INTERRUPTED, failure.get().kind());
    assertEquals(true, flag.get());
    assertEquals(List.of(INCOMPLETE), fixture.blobs());
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
    assertEquals(List.of(Optional.empty(), Optional.of("bytes=1000-")), ranges());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../escaped",
        "{absolute}/escaped",
        "..\\\\escaped",
        "a/../../escaped",
        "C:escaped",
        "aux.json"
      })
  void aPathThatLeavesTheCacheIsRefused(String path) throws IOException {
    String evil = path.replace("\\\\", "\\").replace("{absolute}", temporary.toString());
    hub.with(evil, "evil");
    HubException e = fails(Kind.REFUSED_PATH, () -> fixture.snapshot(NAME, ALL));
    assertTrue(e.problem().contains(evil), e.problem());
    assertEquals(0, hub.downloads());
    assertEquals(List.of("models--owner--name/trees/" + COMMIT + ".json"), fixture.cached());
    fixture.snapshot(NAME, WANTED);
    assertDownloaded();
  }

  @Test
  void aListWithoutProperDigestsIsNoHubs() {
    hub.listedDigests = Map.of("config.json", "../../escaped");
    fails(Kind.UNREACHABLE, () -> fixture.snapshot(NAME, ALL));
    assertEquals(List.of(), fixture.cached());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>Log in</html>", "{}", "{\"sha\": \"../x\"}", "[]", ""})
  void whatAnswersButIsNoHubIsSaidToBeNone(String text) {
    hub.plan("hub", "/revision/", content(text.getBytes(StandardCharsets.UTF_8)));
    HubException e = fails(Kind.UNREACHABLE, () -> fixture.snapshot(NAME, ALL));
    assertTrue(e.problem().contains("is no Hugging Face hub"), e.problem());
    assertTrue(e.fix().contains("HF_ENDPOINT"), e.fix());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "http://a b/",
        "/owner/name/resolve/loop/x"
      })
  void redirectsThatLeadNowhereEnd(String location) {
    for (int i = 0; i < 20; i++) {
      hub.plan("hub", "/resolve/", status(302, "Location", location));
    }
    fails(Kind.UNREACHABLE, () -> fixture.snapshot(NAME, WANTED));
    assertEquals(List.of(), fixture.blobs().stream().filter(b -> !b.equals(INCOMPLETE)).toList());
  }

  @Test
  void aDiskWithoutRoomIsToldBeforehand() {
    hub.listedSizes = Map.of(FILE, Long.MAX_VALUE / 2);
    HubException e = fails(Kind.DISK_FULL, () -> fixture.snapshot(NAME, WANTED));
    assertTrue(e.fix().contains("HF_HUB_CACHE"), e.fix());
    assertEquals(0, hub.downloads());
    assertEquals(List.of(), fixture.blobs());
  }

  @Test
  void aCacheThatCannotBeWrittenIsTold() throws IOException {
    Files.createDirectories(fixture.cache.getParent());
    Files.writeString(fixture.cache, "a file in the way");
    HubException e = fails(Kind.CACHE, () -> fixture.snapshot(NAME, WANTED));
    assertTrue(e.fix().contains("HF_HUB_CACHE"), e.fix());
  }
}
