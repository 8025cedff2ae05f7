package io.github.cola4j.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** A hub, a cache, and clients that lose their patience quickly. */
final class HubFixture implements AutoCloseable {
  static final HubName NAME = HubName.parse("hf:owner/name");
  static final HubName PINNED = NAME.at(FakeHub.COMMIT);
  static final HubFiles ALL = HubFiles.matching(file -> true);
  static final Patience SHORT =
      new Patience(
          3,
          Duration.ofMillis(1),
          Duration.ofMillis(4),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60));

  final FakeHub hub = new FakeHub();
  final Path cache;
  final Path folder;
  final List<HubProgress> progress = new ArrayList<>();

  HubFixture(Path temporary) {
    this.cache = temporary.resolve("cache/hub");
    this.folder = cache.resolve("models--owner--name");
  }

  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  HubSettings settings() {
    return new HubSettings(hub.endpoint(), Optional.of("hf_secret"), cache, false, true);
  }

  Hub client() {
    return new Hub(settings(), SHORT);
  }

  Path snapshot(HubName name, HubFiles wanted) {
    return client().snapshot(name, wanted, progress::add);
  }

  Path offline(HubName name, HubFiles wanted) {
    return new Hub(settings().offlineIf(true), SHORT).snapshot(name, wanted, progress::add);
  }

  /** That it fails in this way; gives the failure. */
  static HubException fails(HubException.Kind kind, Runnable what) {
    HubException e = assertThrows(HubException.class, what::run);
    assertEquals(kind, e.kind(), e.getMessage());
    return e;
  }

  <T extends HubProgress> List<T> told(Class<T> type) {
    return progress.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** All files and links below the cache but for locks and the tag, sorted. */
  List<String> cached() {
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(cache)) {
      return files
          .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> cache.relativize(file).toString())
          .filter(file -> !file.startsWith(".locks") && !file.equals("CACHEDIR.TAG"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, of blobs only. */
  List<String> blobs() {
    String folder = "models--owner--name/blobs/";
    return cached().stream()
        .filter(file -> file.startsWith(folder))
        .map(file -> file.substring(folder.length()))
        .toList();
  }

  @Override
  public void close() {
    hub.close();
  }
}
