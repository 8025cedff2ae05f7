package io.github.cola4j.kernel.work;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.run.Failures;
import io.github.cola4j.run.FinetuneJob;
import io.github.cola4j.run.SpecProblems;
import io.github.cola4j.run.Standing;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Worker;
import io.github.cola4j.worker.WorkerOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A training that was begun from a cell; it may be over. */
public final class Training {
  private static final String WHAT = "Fine-tuning";

  private final Asked asked;
  private final Worker worker;
  private volatile boolean ending;

  private Training(Asked asked, Worker worker) {
    this.asked = asked;
    this.worker = worker;
  }

  /**
   * What stands at the output of a run that is asked for.
   *
   * @throws CellError if the base, the data or the run cannot be read
   */
  public static Standing standing(Workshop workshop, Asked asked) {
    try {
      return Standing.of(asked.spec(), workshop.code());
    } catch (RuntimeException e) {
      throw Outcomes.error(WHAT, Failures.describe(SpecProblems.located(asked.spec(), e)));
    }
  }

  /**
   * Begins, or goes on.
   *
   * @param force whether what stands at the output is thrown away
   */
  static Training start(
      Workshop workshop, Asked asked, boolean force, EventSink events, Consumer<String> log) {
    return new Training(
        asked,
        workshop.start(
            FinetuneJob.class,
            asked.arguments().put("code", workshop.code()).put("force", force),
            DeviceChoice.parse(asked.spec().device().key()),
            asked.folder().getParent(),
            events,
            log));
  }

  /** What was asked for. */
  public Asked asked() {
    return asked;
  }

  /** The worker process's number. */
  public long pid() {
    return worker.pid();
  }

  /** Whether it goes on still. */
  public boolean isRunning() {
    return !worker.outcome().isDone();
  }

  /** Asks it to save and to end; returns at once. */
  public void stop(String reason) {
    ending = true;
    worker.stop(reason);
  }

  /** Whether it was asked to end. */
  boolean isEnding() {
    return ending;
  }

  /** How it ended; empty while it goes on. */
  public Optional<WorkerOutcome> ended() {
    return isRunning() ? Optional.empty() : Optional.of(worker.outcome().join());
  }

  /** How it ended, once it has. */
  public WorkerOutcome await() throws InterruptedException {
    return worker.await();
  }

  /** How it ended, if it does within so long. */
  public Optional<WorkerOutcome> await(Duration limit) throws InterruptedException {
    return worker.await(limit);
  }

  /** Does something when it has ended, in another thread. */
  public void whenEnded(Consumer<WorkerOutcome> action) {
    worker.outcome().thenAccept(action);
  }

  /** An outcome that is no result, told in a cell. */
  public static CellError failure(WorkerOutcome outcome) {
    return Outcomes.error(WHAT, outcome);
  }
}
