package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.github.cola4j.event.Event;
import io.github.cola4j.worker.Worker;
import io.github.cola4j.worker.WorkerOutcome;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Ends workers with SIGKILL; each time at a step drawn from a seed. */
final class Kills {
  private final Random random;
  private int done;

  Kills(long seed) {
    random = new Random(seed);
  }

  /** Begins the run again and again, killing it, the given number of times; then to its end. */
  void finish(SmallProject project, int times, String... run) throws Exception {
    for (int i = 0; i < times; i++) {
      int steps = 2 + random.nextInt(9);
      int nanos = random.nextInt(4_000_000);
      AtomicInteger seen = new AtomicInteger();
      CompletableFuture<Worker> started = new CompletableFuture<>();
      Worker worker =
          Worker.start(
              project.worker(run),
              event -> {
                if (event instanceof Event.StepDone && seen.incrementAndGet() == steps) {
                  LockSupport.parkNanos(nanos);
                  started.join().kill();
                }
              },
              line -> {});
      started.complete(worker);
      WorkerOutcome outcome = worker.await();
      if (outcome instanceof WorkerOutcome.Finished) {
        return;
      }
      assertFalse(assertInstanceOf(WorkerOutcome.Stopped.class, outcome, outcome::text).clean());
      done++;
    }
    WorkerOutcome outcome = project.inWorker(run);
    assertInstanceOf(WorkerOutcome.Finished.class, outcome, outcome::text);
  }

  int done() {
    return done;
  }
}
