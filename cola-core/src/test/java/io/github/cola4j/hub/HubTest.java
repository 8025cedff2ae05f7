package io.github.cola4j.hub;

import static io.github.cola4j.hub.FakeHub.COMMIT;
import static io.github.cola4j.hub.FakeHub.NEXT_COMMIT;
import static io.github.cola4j.hub.HubFixture.ALL;
import static io.github.cola4j.hub.HubFixture.NAME;
import static io.github.cola4j.hub.HubFixture.PINNED;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of the hub, and what the cache looks like afterwards. */
class HubTest {
  private static final String CONFIG = "{\"model_type\": \"gpt2\"}\n";
  private static final byte[] WEIGHTS = bytes(300_000);
  private static final String CONFIG_BLOB =
      FakeHub.gitSha1(CONFIG.getBytes(StandardCharsets.UTF_8));

  @TempDir Path temporary;
  private HubFixture fixture;
  private FakeHub hub;

  @BeforeEach
  void start() {
    fixture = new HubFixture(temporary);
    hub = fixture.hub.with("config.json", CONFIG).withLarge("model.safetensors", WEIGHTS);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void aFirstDownloadFillsTheCacheAsPythonDoes() throws IOException {
    Path snapshot = fixture.snapshot(NAME, ALL);

    assertEquals(fixture.folder.resolve("snapshots").resolve(COMMIT), snapshot);
    assertEquals(CONFIG, Files.readString(snapshot.resolve("config.json")));
    assertArrayEquals(WEIGHTS, Files.readAllBytes(snapshot.resolve("model.safetensors")));
    assertEquals(
        Path.of("../../blobs/" + FakeHub.sha256(WEIGHTS)),
        Files.readSymbolicLink(snapshot.resolve("model.safetensors")));
    assertEquals(COMMIT, Files.readString(fixture.folder.resolve("refs/main")));
    assertEquals(
        List.of(
            "models--owner--name/blobs/" + CONFIG_BLOB,
            "models--owner--name/blobs/" + FakeHub.sha256(WEIGHTS),
            "models--owner--name/refs/main",
            "models--owner--name/snapshots/" + COMMIT + "/config.json",
            "models--owner--name/snapshots/" + COMMIT + "/model.safetensors",
            "models--owner--name/trees/" + COMMIT + ".json"),
        fixture.cached().stream().sorted().toList());
    assertTrue(
        Files.exists(fixture.cache.resolve(".locks/models--owner--name/" + CONFIG_BLOB + ".lock")));
    assertEquals(
        List.of(
            "GET /api/models/owner/name/revision/main",
            "GET /api/models/owner/name/tree/" + COMMIT,
            "GET /owner/name/resolve/" + COMMIT + "/config.json",
            "GET /owner/name/resolve/" + COMMIT + "/model.safetensors",
            "GET /owner/name/resolve/" + COMMIT + "/model.safetensors"),
        hub.asked());
  }

  @Test
  void progressTellsWhatComesAndHowFarItIs() {
    fixture.snapshot(NAME, ALL);
    assertEquals(
        List.of(new HubProgress.Started(NAME, COMMIT, 2, CONFIG.length() + WEIGHTS.length)),
        fixture.told(HubProgress.Started.class));
    List<HubProgress.Fetching> fetching = fixture.told(HubProgress.Fetching.class);
    assertEquals(new HubProgress.Fetching("config.json", 0, CONFIG.length()), fetching.get(0));
    assertEquals(
        new HubProgress.Fetching("model.safetensors", WEIGHTS.length, WEIGHTS.length),
        fetching.get(fetching.size() - 1));
  }

  @Test
  void aSecondCallAsksOnlyWhereTheBranchStands() {
    Path first = fixture.snapshot(NAME, ALL);
    hub.seen.clear();
    fixture.progress.clear();
    assertEquals(first, fixture.snapshot(NAME, ALL));
    assertEquals(List.of("GET /api/models/owner/name/revision/main"), hub.asked());
    assertEquals(List.of(), fixture.progress);
  }

  @Test
  void aCommitThatTheCacheHasCostsNoRequest() {
    Path first = fixture.snapshot(NAME, ALL);
    hub.seen.clear();
    assertEquals(first, fixture.snapshot(PINNED, ALL));
    assertEquals(List.of(), hub.asked());
  }

  @Test
  void onlyWantedFilesComeAndFurtherOnesLater() {
    Path snapshot = fixture.snapshot(PINNED, HubFiles.one("config.json"));
    assertFalse(Files.exists(snapshot.resolve("model.safetensors")));
    hub.seen.clear();
    fixture.snapshot(PINNED, ALL);
    assertTrue(Files.exists(snapshot.resolve("model.safetensors")));
    assertEquals(
        List.of("/owner/name/resolve/" + COMMIT + "/model.safetensors"),
        hub.seen.stream().map(FakeHub.Seen::path).distinct().toList());
  }

  @Test
  void aMovedBranchBringsWhatChanged() throws IOException {
    fixture.snapshot(NAME, ALL);
    hub.with(NEXT_COMMIT, "config.json", "{}".getBytes(StandardCharsets.UTF_8));
    hub.with(NEXT_COMMIT, "model.safetensors", WEIGHTS);
    hub.revision("main", NEXT_COMMIT);
    hub.seen.clear();
    Path snapshot = fixture.snapshot(NAME, ALL);
    assertEquals("{}", Files.readString(snapshot.resolve("config.json")));
    assertArrayEquals(WEIGHTS, Files.readAllBytes(snapshot.resolve("model.safetensors")));
    assertEquals(1, hub.downloads());
    assertEquals(NEXT_COMMIT, Files.readString(fixture.folder.resolve("refs/main")));
  }

  @Test
  void revisionsMayHaveSlashesAndFilesFolders() throws IOException {
    hub.revision("refs/pr/1", COMMIT);
    hub.with("sub folder/a+b.txt", "text");
    Path snapshot = fixture.snapshot(NAME.at("refs/pr/1"), ALL);
    assertEquals("text", Files.readString(snapshot.resolve("sub folder/a+b.txt")));
    assertEquals(
        Path.of("../../../blobs/" + FakeHub.gitSha1("text".getBytes(StandardCharsets.UTF_8))),
        Files.readSymbolicLink(snapshot.resolve("sub folder/a+b.txt")));
    assertEquals(COMMIT, Files.readString(fixture.folder.resolve("refs/refs/pr/1")));
    assertTrue(hub.asked().contains("GET /api/models/owner/name/revision/refs%2Fpr%2F1"));
  }

  @Test
  void aFileOfADataSetIsFoundByItsName() throws IOException {
    hub.with("data/train.csv", "a,b\n");
    HubName name = HubName.parse("hf:datasets/owner/name:data/train.csv");
    Path file = fixture.client().file(name, fixture.progress::add);
    assertEquals("a,b\n", Files.readString(file));
    assertEquals(
        fixture.cache.resolve("datasets--owner--name/snapshots/" + COMMIT + "/data/train.csv"),
        file);
    assertEquals(
        "/datasets/owner/name/resolve/" + COMMIT + "/data/train.csv", hub.last("hub").path());

    HubException e =
        fails(
            Kind.NOT_FOUND,
            () ->
                fixture
                    .client()
                    .file(HubName.parse("hf:datasets/owner/name:data/trian.csv"), p -> {}));
    assertEquals("did you mean \"data/train.csv\"?", e.fix());
    fails(Kind.BAD_NAME, () -> fixture.client().file(NAME, p -> {}));
  }

  @Test
  void aLongListComesInPages() {
    hub.pageSize = 1;
    Path snapshot = fixture.snapshot(NAME, ALL);
    assertTrue(Files.exists(snapshot.resolve("config.json")));
    assertTrue(Files.exists(snapshot.resolve("model.safetensors")));
  }

  @Test
  void theTokenStaysWithTheHub() {
    fixture.snapshot(NAME, ALL);
    assertEquals(5, hub.seen.size());
    for (FakeHub.Seen request : hub.seen) {
      assertEquals(
          request.server().equals("hub") ? Optional.of("Bearer hf_secret") : Optional.empty(),
          request.header("Authorization"),
          request.toString());
    }
  }

  @Test
  void relativeRedirectsAreFollowedWithTheToken() throws IOException {
    hub.relativeRedirects = true;
    Path snapshot = fixture.snapshot(NAME, HubFiles.one("model.safetensors"));
    assertArrayEquals(WEIGHTS, Files.readAllBytes(snapshot.resolve("model.safetensors")));
    FakeHub.Seen moved = hub.last("hub");
    assertTrue(moved.path().startsWith("/moved/"), moved.path());
    assertEquals(Optional.of("Bearer hf_secret"), moved.header("Authorization"));
    assertEquals(Optional.empty(), hub.last("cdn").header("Authorization"));
  }

  @Test
  void aRenamedRepositoryIsFoundByItsOldName() {
    hub.plan(
        "hub",
        "/api/models/old/name/revision/main",
        FakeHub.status(307, "Location", "/api/models/owner/name/revision/main"));
    hub.plan(
        "hub",
        "/api/models/old/name/tree/",
        FakeHub.status(
            307, "Location", hub.endpoint() + "/api/models/owner/name/tree/" + COMMIT + "?a=b"));
    Path snapshot = fixture.snapshot(HubName.parse("hf:old/name"), HubFiles.one("config.json"));
    assertEquals(fixture.cache.resolve("models--old--name/snapshots").resolve(COMMIT), snapshot);
    assertTrue(
        hub.seen.stream()
            .allMatch(
                request ->
                    request.header("Authorization").equals(Optional.of("Bearer hf_secret"))));
  }

  @Test
  void whereThereAreNoLinksFilesAreInTheSnapshotItself() throws IOException {
    HubSettings settings =
        new HubSettings(hub.endpoint(), Optional.empty(), fixture.cache, false, false);
    Path snapshot =
        new Hub(settings, HubFixture.SHORT).snapshot(PINNED, ALL, fixture.progress::add);
    assertFalse(Files.isSymbolicLink(snapshot.resolve("model.safetensors")));
    assertArrayEquals(WEIGHTS, Files.readAllBytes(snapshot.resolve("model.safetensors")));
    assertEquals(List.of(), fixture.blobs());
    hub.seen.clear();
    assertEquals(snapshot, fixture.snapshot(PINNED, ALL));
    assertEquals(List.of(), hub.asked());
  }

  @Test
  void withoutLinksABlobOfAnotherCommitIsCopied() throws IOException {
    fixture.snapshot(PINNED, ALL);
    hub.with(NEXT_COMMIT, "model.safetensors", WEIGHTS);
    HubSettings settings =
        new HubSettings(hub.endpoint(), Optional.empty(), fixture.cache, false, false);
    Path snapshot =
        new Hub(settings, HubFixture.SHORT)
            .snapshot(NAME.at(NEXT_COMMIT), ALL, fixture.progress::add);
    assertFalse(Files.isSymbolicLink(snapshot.resolve("model.safetensors")));
    assertArrayEquals(WEIGHTS, Files.readAllBytes(snapshot.resolve("model.safetensors")));
    assertTrue(fixture.blobs().contains(FakeHub.sha256(WEIGHTS)));
  }

  @Test
  void aBlobThatWasLostOrCutIsDownloadedAgain() throws IOException {
    Path snapshot = fixture.snapshot(PINNED, ALL);
    Files.delete(fixture.folder.resolve("blobs/" + CONFIG_BLOB));
    Files.write(fixture.folder.resolve("blobs/" + FakeHub.sha256(WEIGHTS)), bytes(7));
    fixture.snapshot(PINNED, ALL);
    assertEquals(CONFIG, Files.readString(snapshot.resolve("config.json")));
    assertArrayEquals(WEIGHTS, Files.readAllBytes(snapshot.resolve("model.safetensors")));
  }

  @Test
  void anEmptyFileNeedsNoRequest() throws IOException {
    hub.with("empty.txt", "");
    Path snapshot = fixture.snapshot(PINNED, HubFiles.one("empty.txt"));
    assertEquals(0, Files.size(snapshot.resolve("empty.txt")));
    assertEquals(0, hub.downloads());
  }

  @Test
  void whatNobodyListedCannotBeWanted() {
    HubException e =
        fails(Kind.NOT_FOUND, () -> fixture.snapshot(NAME, repository -> Set.of("configs.json")));
    assertEquals("did you mean \"config.json\"?", e.fix());
  }

  @Test
  void aMirrorMayHaveAPath() {
    HubSettings settings =
        new HubSettings(
            hub.endpoint().resolve("/mirror/"), Optional.empty(), fixture.cache, false, true);
    hub.plan("hub", "/", FakeHub.status(404, "X-Error-Code", "RepoNotFound"));
    fails(
        Kind.NOT_FOUND,
        () -> new Hub(settings, HubFixture.SHORT).snapshot(NAME, ALL, fixture.progress::add));
    assertEquals(List.of("GET /mirror/api/models/owner/name/revision/main"), hub.asked());
  }
}
