package io.github.cola4j.kernel.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Job;
import java.time.Duration;

/** A job that is no training, as the reader of a cell sees it. */
public record LiveJob(Session session) {
  private static final Duration LAST = Duration.ofSeconds(5);

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
    JobView view = new JobView();
    LiveDisplay display = new LiveDisplay(session.notebook(), view::shown);
    try {
      return quietly(what, job, device, arguments, view);
    } finally {
      view.ended();
      display.end();
      display.flush(LAST);
    }
  }

  /** Has it done, and shows nothing but how far it is. */
  public ObjectNode silently(
      String what, Class<? extends Job> job, DeviceChoice device, Arguments arguments)
      throws InterruptedException {
    return quietly(what, job, device, arguments, new JobView());
  }

  private ObjectNode quietly(
      String what, Class<? extends Job> job, DeviceChoice device, Arguments arguments, JobView view)
      throws InterruptedException {
    return session
        .workshop()
        .call(what, job, arguments.of(view), device, view, session.notebook().err()::println);
  }
}
