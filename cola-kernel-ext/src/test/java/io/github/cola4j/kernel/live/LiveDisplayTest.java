package io.github.cola4j.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.kernel.RecordingNotebook;
import io.github.cola4j.kernel.notebook.Shown;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LiveDisplayTest {
  /** Longer than any test may take: whoever waits for it hangs. */
  private static final Duration FOREVER = Duration.ofHours(1);

  private final RecordingNotebook notebook = new RecordingNotebook();
  private final AtomicReference<String> text = new AtomicReference<>("first");

  private LiveDisplay display() {
    return new LiveDisplay(notebook, () -> new Shown(text.get(), "<p>" + text.get() + "</p>"));
  }

  private String shown() {
    return notebook.ofLatest().get(notebook.ofLatest().size() - 1).text();
  }

  @Test
  void whatIsFlushedIsThere() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int round = 0; round < 200; round++) {
            LiveDisplay display = display();
            text.set("round " + round);
            display.flush(FOREVER);
            assertEquals("round " + round, shown());
            text.set("last of round " + round);
            display.end();
            display.flush(FOREVER);
            assertEquals("last of round " + round, shown());
          }
        });
  }

  @Test
  void nobodyWaitsWhereThereIsNoWay() {
    LiveDisplay display = display();
    notebook.attached(false);
    text.set("second");

    assertTimeoutPreemptively(Duration.ofSeconds(60), () -> display.flush(FOREVER));
    assertEquals("first", shown());
  }

  @Test
  void anInterruptIsKeptAndReachesNoSocket() {
    LiveDisplay display = display();
    text.set("second");
    Thread.currentThread().interrupt();

    display.flush(FOREVER);

    assertTrue(Thread.interrupted());
    assertEquals("second", shown());
    assertFalse(notebook.interruptedPublisher());
  }
}
