package io.github.cola4j.hub;

import static io.github.cola4j.hub.FakeHub.COMMIT;
import static io.github.cola4j.hub.HubFixture.ALL;
import static io.github.cola4j.hub.HubFixture.NAME;
import static io.github.cola4j.hub.HubFixture.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several who want the same at the same time. */
class HubTurnsTest {
  private static final byte[] WEIGHTS = bytes(300_000);

  @TempDir Path temporary;
  private HubFixture fixture;
  private FakeHub hub;

  @BeforeEach
  void start() {
    fixture = new HubFixture(temporary);
    hub = fixture.hub.withLarge("model.safetensors", WEIGHTS);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /** What a second process does: {@code endpoint cache}. It tells when it has to wait. */
  static final class OtherProcess {
    public static void main(String[] arguments) {
      HubSettings settings =
          new HubSettings(
              URI.create(arguments[0]), Optional.empty(), Path.of(arguments[1]), false, true);
      Path snapshot =
          new Hub(settings)
              .snapshot(
                  NAME,
                  ALL,
                  p -> {
                    if (p instanceof HubProgress.Queued) {
                      System.out.println("queued");
                    }
                  });
      System.out.println(snapshot);
    }
  }

  /** The content comes only after somebody else has begun to wait for it. */
  private CountDownLatch holdBack() {
    CountDownLatch others = new CountDownLatch(1);
    hub.plan(
        "cdn",
        "model.safetensors",
        (exchange, content) -> {
          try {
            assertTrue(others.await(100, TimeUnit.SECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return false;
        });
    return others;
  }

  private void assertDownloadedOnce() throws Exception {
    assertArrayEquals(
        WEIGHTS,
        Files.readAllBytes(fixture.folder.resolve("snapshots/" + COMMIT + "/model.safetensors")));
    // One request to the hub, one to where it redirects.
    assertEquals(2, hub.downloads());
    assertEquals(List.of(FakeHub.sha256(WEIGHTS)), fixture.blobs());
  }

  @Test
  void threadsTakeTurns() throws Exception {
    CountDownLatch others = holdBack();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Path>> snapshots = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        snapshots.add(
            threads.submit(
                () ->
                    fixture
                        .client()
                        .snapshot(
                            NAME,
                            ALL,
                            p -> {
                              if (p instanceof HubProgress.Queued) {
                                others.countDown();
                              }
                            })));
      }
      for (Future<Path> snapshot : snapshots) {
        assertEquals(fixture.folder.resolve("snapshots").resolve(COMMIT), snapshot.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertDownloadedOnce();
  }

  @Test
  void processesTakeTurns() throws Exception {
    CountDownLatch others = holdBack();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Process process = null;
    try {
      CountDownLatch begun = new CountDownLatch(1);
      Future<Path> mine =
          thread.submit(
              () ->
                  fixture
                      .client()
                      .snapshot(
                          NAME,
                          ALL,
                          p -> {
                            if (p instanceof HubProgress.Fetching) {
                              begun.countDown();
                            }
                          }));
      assertTrue(begun.await(100, TimeUnit.SECONDS));
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  OtherProcess.class.getName(),
                  hub.endpoint().toString(),
                  fixture.cache.toString())
              .redirectErrorStream(true)
              .start();
      try (var lines = process.inputReader()) {
        assertEquals("queued", lines.readLine());
        others.countDown();
        assertEquals(mine.get().toString(), lines.readLine());
      }
      assertEquals(0, process.waitFor());
    } finally {
      thread.shutdownNow();
      if (process != null) {
        process.destroyForcibly();
      }
    }
    assertDownloadedOnce();
  }

  /** As one Maven build does that loads this class in two plugins. */
  @Test
  void classLoadersTakeTurns() throws Exception {
    Path lock = temporary.resolve("locks/x.lock");
    Class<?> other = new Again().loadClass(Turn.class.getName());
    var take = other.getDeclaredMethod("take", Path.class, Runnable.class);
    take.setAccessible(true);
    CountDownLatch waiting = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> theirs;
      try (Turn mine = Turn.take(lock, () -> {})) {
        assertTrue(mine.exclusive());
        theirs =
            thread.submit(
                () -> {
                  try (AutoCloseable turn =
                      (AutoCloseable) take.invoke(null, lock, (Runnable) waiting::countDown)) {
                    return turn;
                  }
                });
        assertTrue(waiting.await(100, TimeUnit.SECONDS));
        assertFalse(theirs.isDone());
      }
      theirs.get();
    } finally {
      thread.shutdownNow();
    }
  }

  /** Loads this project's classes once more. */
  private static final class Again extends ClassLoader {
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.github.cola4j.hub.")) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      URL file = HubTurnsTest.class.getClassLoader().getResource(name.replace('.', '/') + ".class");
      try (InputStream in = file.openStream()) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
