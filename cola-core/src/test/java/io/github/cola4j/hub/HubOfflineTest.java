package io.github.cola4j.hub;

import static io.github.cola4j.hub.FakeHub.COMMIT;
import static io.github.cola4j.hub.FakeHub.NEXT_COMMIT;
import static io.github.cola4j.hub.FakeHub.cutAfter;
import static io.github.cola4j.hub.FakeHub.status;
import static io.github.cola4j.hub.HubFixture.ALL;
import static io.github.cola4j.hub.HubFixture.NAME;
import static io.github.cola4j.hub.HubFixture.PINNED;
import static io.github.cola4j.hub.HubFixture.bytes;
import static io.github.cola4j.hub.HubFixture.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cache alone can give. */
class HubOfflineTest {
  private static final HubFiles CONFIG = HubFiles.one("config.json");

  @TempDir Path temporary;
  private HubFixture fixture;
  private FakeHub hub;

  @BeforeEach
  void start() {
    fixture = new HubFixture(temporary);
    hub = fixture.hub.with("config.json", "{}").withLarge("model.safetensors", bytes(1000));
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void offlineTheCacheIsEnoughIfItIsComplete() {
    Path snapshot = fixture.snapshot(NAME, ALL);
    hub.seen.clear();
    fixture.progress.clear();
    assertEquals(snapshot, fixture.offline(NAME, ALL));
    assertEquals(snapshot, fixture.offline(PINNED, HubFiles.model()));
    assertEquals(List.of(), hub.seen);
    assertEquals(List.of(), fixture.progress);
  }

  @Test
  void offlineWhatIsMissingIsNamed() {
    HubException nothing = fails(Kind.OFFLINE, () -> fixture.offline(NAME, ALL));
    assertTrue(nothing.problem().contains(fixture.cache.toString()), nothing.problem());
    assertTrue(nothing.fix().contains("HF_HUB_OFFLINE"), nothing.fix());
    fails(Kind.OFFLINE, () -> fixture.offline(PINNED, ALL));

    fixture.snapshot(NAME, CONFIG);
    HubException part = fails(Kind.OFFLINE, () -> fixture.offline(NAME, ALL));
    assertTrue(part.problem().contains("no model.safetensors"), part.problem());
    fails(Kind.OFFLINE, () -> fixture.offline(NAME.at("v1"), CONFIG));
    fails(Kind.NOT_FOUND, () -> fixture.offline(NAME, HubFiles.one("no.json")));
    assertEquals(List.of(), hub.asked().stream().filter(r -> r.contains("safetensors")).toList());
  }

  @Test
  void ofAnInterruptedDownloadOfflineUsesNothing() {
    hub.plan("cdn", "/", cutAfter(10));
    for (int i = 0; i < HubFixture.SHORT.retries(); i++) {
      hub.plan("cdn", "/", status(500));
    }
    fails(Kind.UNREACHABLE, () -> fixture.snapshot(PINNED, ALL));
    HubException e = fails(Kind.OFFLINE, () -> fixture.offline(PINNED, ALL));
    assertTrue(e.problem().contains("no model.safetensors"), e.problem());
  }

  @Test
  void anUnreachableHubIsReplacedByTheCacheWithANote() {
    Path snapshot = fixture.snapshot(NAME, ALL);
    fixture.progress.clear();
    hub.seen.clear();
    hub.plan("hub", "/revision/", status(503));
    assertEquals(snapshot, fixture.snapshot(NAME, ALL));
    assertEquals(1, hub.seen.size());
    assertEquals(1, fixture.progress.size());
    HubProgress.FromCache note = fixture.told(HubProgress.FromCache.class).get(0);
    assertEquals(COMMIT, note.commit());
    assertTrue(note.reason().contains("503"), note.reason());

    hub.close();
    fixture.progress.clear();
    assertEquals(snapshot, fixture.snapshot(NAME, ALL));
    assertEquals(1, fixture.told(HubProgress.FromCache.class).size());
    assertEquals(snapshot, fixture.snapshot(PINNED, ALL));
    assertEquals(1, fixture.progress.size());
  }

  @Test
  void anUnreachableHubWithoutACacheIsAnError() {
    hub.close();
    HubException e = fails(Kind.UNREACHABLE, () -> fixture.snapshot(NAME, ALL));
    assertTrue(e.problem().contains("no connection to 127.0.0.1"), e.problem());
    assertTrue(e.fix().contains("proxy"), e.fix());
    assertEquals(List.of(), fixture.cached());
    assertEquals(2, fixture.told(HubProgress.Retrying.class).size());
  }

  @Test
  void whoIsRefusedIsToldOfTheCache() {
    fixture.snapshot(NAME, ALL);
    hub.plan("hub", "/revision/", status(401));
    HubException e = fails(Kind.UNAUTHORISED, () -> fixture.snapshot(NAME, ALL));
    assertTrue(e.fix().contains("HF_HUB_OFFLINE=1"), e.fix());
  }

  @Test
  void anInterruptedDownloadOfANewCommitLeavesTheOldOneUsable() throws IOException {
    Path old = fixture.snapshot(NAME, CONFIG);
    hub.with(NEXT_COMMIT, "config.json", bytes(100));
    hub.revision("main", NEXT_COMMIT);
    hub.plan("hub", "/resolve/", status(404));
    fails(Kind.NOT_FOUND, () -> fixture.snapshot(NAME, CONFIG));
    assertEquals(COMMIT, Files.readString(fixture.folder.resolve("refs/main")));
    assertEquals(old, fixture.offline(NAME, CONFIG));
  }

  @Test
  void aCacheWithoutListsIsTakenAsItIs() throws IOException {
    // As huggingface_hub before 2.0 left it.
    Path snapshot = fixture.snapshot(NAME, ALL);
    Files.delete(fixture.folder.resolve("trees/" + COMMIT + ".json"));
    assertEquals(snapshot, fixture.offline(NAME, HubFiles.model()));
    fails(Kind.OFFLINE, () -> fixture.offline(NAME, HubFiles.one("no.json")));

    hub.seen.clear();
    assertEquals(snapshot, fixture.snapshot(PINNED, ALL));
    assertEquals(List.of("GET /api/models/owner/name/tree/" + COMMIT), hub.asked());
    assertEquals(snapshot, fixture.snapshot(PINNED, ALL));
    assertEquals(1, hub.seen.size());
  }

  @Test
  void offlineAModelWithoutItsWeightsIsMissingRatherThanUnsuitable() throws IOException {
    fixture.snapshot(NAME, CONFIG);
    Files.delete(fixture.folder.resolve("trees/" + COMMIT + ".json"));
    fails(Kind.OFFLINE, () -> fixture.offline(NAME, HubFiles.model()));
  }

  @Test
  void aDamagedRefIsNone() throws IOException {
    fixture.snapshot(NAME, ALL);
    Files.writeString(fixture.folder.resolve("refs/main"), "../../etc");
    fails(Kind.OFFLINE, () -> fixture.offline(NAME, ALL));
  }
}
