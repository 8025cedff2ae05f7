package io.github.cola4j.kernel.magic;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.Told;
import io.github.cola4j.kernel.live.Grid;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.kernel.work.Training;
import io.github.cola4j.report.History;
import io.github.cola4j.worker.WorkerOutcome;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
    name = "status",
    description = "Tells what goes on, and how the runs of this notebook ended.")
final class StatusMagic implements Magic {
  private final Session session;

  StatusMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() {
    List<Training> trainings = session.trainings().all();
    if (trainings.isEmpty()) {
      session.notebook().out().println("Nothing goes on: this notebook has begun no run yet.");
      return null;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("run", "state", "step", "loss", "process"));
    for (Training training : trainings) {
      List<Event.StepDone> steps = History.soFar(training.asked().folder()).steps();
      Event.StepDone last = steps.isEmpty() ? null : steps.get(steps.size() - 1);
      rows.add(
          List.of(
              training.asked().name(),
              state(training),
              last == null ? "" : "%,d/%,d".formatted(last.step(), last.totalSteps()),
              last == null ? "" : Told.number(last.loss()),
              training.isRunning() ? "" + training.pid() : ""));
    }
    session.notebook().show(Grid.of(rows));
    return null;
  }

  private static String state(Training training) {
    return training
        .ended()
        .map(
            outcome ->
                outcome instanceof WorkerOutcome.Finished
                    ? "finished"
                    : outcome.text().lines().findFirst().orElse("ended"))
        .orElse("goes on");
  }
}
