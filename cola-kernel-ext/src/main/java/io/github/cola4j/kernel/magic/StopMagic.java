package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.kernel.work.Training;
import io.github.cola4j.worker.WorkerOutcome;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "stop",
    description = "Asks the run that goes on to save and to end; %%cola resume goes on with it.")
final class StopMagic implements Magic {
  private final Session session;

  StopMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() throws InterruptedException {
    List<Training> running = session.trainings().running();
    if (running.isEmpty()) {
      session.notebook().out().println("Nothing goes on.");
      return null;
    }
    for (Training training : running) {
      training.stop("stopped from the notebook");
    }
    for (Training training : running) {
      WorkerOutcome outcome = training.await();
      session.notebook().out().println(training.asked().name() + ": " + outcome.text());
    }
    return null;
  }
}
