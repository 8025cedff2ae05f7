package io.github.cola4j.kernel.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Job;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A job that is no training, as the reader of a cell sees it. */
public record LiveJob(Session session) {
  private static final Duration LAST = Duration.ofSeconds(5);
  private static final Duration MOMENT = Duration.ofMillis(700);

  /** Makes a job's arguments, and tells what is fetched for them. */
  @FunctionalInterface
  public interface Arguments {
    ObjectNode of(JobView view);
  }

  /**
   * Has it done, and shows what it says.
   *
   * @param what is done, for errors, say {@code Evaluation}
   * @return what it handed over
   */
  public ObjectNode run(
      String what, Class<? extends Job> job, DeviceChoice device, Arguments arguments)
      throws InterruptedException {
    JobView view = new JobView(true);
    return run(what, job, device, arguments, view, told -> view.shown());
  }

  /**
   * Has it done, shows how far it is, and in the end what is made of what it handed over.
   *
   * @return what it handed over
   */
  public ObjectNode run(
      String what,
      Class<? extends Job> job,
      DeviceChoice device,
      Arguments arguments,
      Function<ObjectNode, Shown> result)
      throws InterruptedException {
    return run(what, job, device, arguments, new JobView(false), result);
  }

  private ObjectNode run(
      String what,
      Class<? extends Job> job,
      DeviceChoice device,
      Arguments arguments,
      JobView view,
      Function<ObjectNode, Shown> result)
      throws InterruptedException {
    AtomicReference<Shown> last = new AtomicReference<>();
    LiveDisplay display =
        new LiveDisplay(session.notebook(), () -> last.get() == null ? view.shown() : last.get());
    Duration patience = MOMENT;
    try {
      ObjectNode told = call(what, job, device, arguments, view);
      last.set(result.apply(told));
      patience = LAST;
      return told;
    } finally {
      display.end();
      display.flush(patience);
    }
  }

  /** Has it done, and shows nothing. */
  public ObjectNode silently(
      String what, Class<? extends Job> job, DeviceChoice device, Arguments arguments)
      throws InterruptedException {
    return call(what, job, device, arguments, new JobView(false));
  }

  private ObjectNode call(
      String what, Class<? extends Job> job, DeviceChoice device, Arguments arguments, JobView view)
      throws InterruptedException {
    try {
      return session
          .workshop()
          .call(what, job, arguments.of(view), device, view, session.notebook().err()::println);
    } finally {
      view.ended();
    }
  }
}
