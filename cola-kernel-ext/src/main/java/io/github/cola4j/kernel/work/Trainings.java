package io.github.cola4j.kernel.work;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.notebook.CellError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The trainings of a notebook: one at a time, unless more are asked for. */
public final class Trainings {
  /** A run that was asked to stop saves, and is gone after that. */
  private static final Duration ENDING = Duration.ofSeconds(40);

  private final Workshop workshop;

  /** Of each run's folder the one that was begun last; guarded by itself. */
  private final Map<Path, Training> byFolder = new LinkedHashMap<>();

  public Trainings(Workshop workshop) {
    this.workshop = workshop;
  }

  /**
   * Sees to it that a run can begin: waits for one of the same folder that is ending.
   *
   * @param beside whether others may go on
   * @throws CellError if another goes on, and it may not
   */
  public void makeWay(Asked asked, boolean beside) throws InterruptedException {
    for (Training other : running()) {
      boolean same = other.asked().folder().equals(asked.folder());
      if (other.isEnding()) {
        if (other.await(ENDING).isEmpty()) {
          throw CellError.perhaps(
              "The run " + other.asked().name() + " is still saving", "wait a moment");
        }
      } else if (same || !beside) {
        throw CellError.perhaps(
            "The run " + other.asked().name() + " is going on",
            "stop it (%cola stop)" + (same ? "" : ", or start this one beside it (--beside)"));
      }
    }
  }

  /**
   * Begins one, or goes on with it.
   *
   * @param force whether what stands at the output is thrown away
   */
  public Training start(Asked asked, boolean force, EventSink events, Consumer<String> log) {
    Training training = Training.start(workshop, asked, force, events, log);
    synchronized (byFolder) {
      byFolder.remove(asked.folder()); // or it would keep its place
      byFolder.put(asked.folder(), training);
    }
    return training;
  }

  /** Those that go on, the latest last. */
  public List<Training> running() {
    return all().stream().filter(Training::isRunning).toList();
  }

  /** Of each run the one that was begun last, the latest last. */
  public List<Training> all() {
    synchronized (byFolder) {
      return List.copyOf(byFolder.values());
    }
  }
}
