package io.github.cola4j.kernel.live;

import io.github.cola4j.event.Told;
import io.github.cola4j.gate.SummaryException;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Interruption;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.kernel.work.Training;
import io.github.cola4j.report.History;
import io.github.cola4j.run.Standing;
import io.github.cola4j.worker.WorkerOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** A training as the reader of a cell sees it, from its begin to its end. */
public record LiveTraining(Session session) {
  /** The last picture takes as long as it does, but an interrupted cell is to end at once. */
  private static final Duration LAST = Duration.ofSeconds(30);

  private static final Duration MOMENT = Duration.ofMillis(700);

  /**
   * How a training is to be begun.
   *
   * @param force whether what stands at the output is thrown away
   * @param beside whether another may go on meanwhile
   * @param background whether the cell ends at once
   */
  public record How(boolean force, boolean beside, boolean background) {}

  /**
   * Trains, unless the run that is asked for is there; shows how it goes.
   *
   * @throws InterruptedException if the cell is interrupted: the worker saves and ends by itself
   * @throws CellError if it fails, or another training is in the way
   */
  public void run(Asked asked, How how) throws InterruptedException {
    session.trainings().makeWay(asked, how.beside());
    session.ask(asked);
    RunView view = view(asked);
    boolean anew = how.force();
    if (!how.force()) {
      Standing standing = Training.standing(session.workshop(), asked);
      if (standing instanceof Standing.UpToDate found) {
        upToDate(asked, found);
        return;
      }
      tell(standing, asked, view);
      anew = standing instanceof Standing.Outdated;
    }
    LiveDisplay display = new LiveDisplay(session.notebook(), view::shown);
    Training training;
    try {
      training = session.trainings().start(asked, anew, view, view::message);
    } catch (RuntimeException e) {
      view.ended(Interruption.caused(e) ? "interrupted before it began" : "failed", true);
      display.end();
      throw e;
    }
    Consumer<WorkerOutcome> end = outcome -> ended(asked, outcome, view, display);
    if (how.background()) {
      training.whenEnded(
          outcome -> {
            if (!(outcome instanceof WorkerOutcome.Finished)) {
              view.message(Training.failure(outcome).getMessage()); // no cell will tell it
            }
            end.accept(outcome);
          });
      return;
    }
    try {
      WorkerOutcome outcome = training.await();
      end.accept(outcome);
      display.flush(LAST);
      if (!(outcome instanceof WorkerOutcome.Finished)) {
        throw Training.failure(outcome);
      }
    } catch (InterruptedException e) {
      training.stop("interrupted");
      view.ended("interrupted; it saves what it has", false);
      display.flush(MOMENT);
      training.whenEnded(end);
      throw e;
    }
  }

  private RunView view(Asked asked) {
    return new RunView(asked.name(), session.workshop().folder(), System::nanoTime);
  }

  private static void tell(Standing standing, Asked asked, RunView view) {
    if (standing instanceof Standing.Outdated outdated) {
      view.message("Trains anew, since the run at " + asked.output() + " has other inputs:");
      outdated.changes().forEach(change -> view.message("  " + change));
    } else if (standing instanceof Standing.Unfinished) {
      view.message("Goes on with the unfinished run at " + asked.output());
    }
  }

  private void upToDate(Asked asked, Standing.UpToDate found) {
    RunView view = view(asked);
    view.ended("up to date; nothing has changed since it was trained", false);
    view.message(found.metrics().isEmpty() ? "" : "Metrics: " + Told.metrics(found.metrics()));
    view.message("Run: " + asked.output() + " (--force trains all the same)");
    session.notebook().show(view.shown());
  }

  private static void ended(Asked asked, WorkerOutcome outcome, RunView view, LiveDisplay display) {
    if (outcome instanceof WorkerOutcome.Finished) {
      learned(asked.folder(), view);
    } else if (outcome instanceof WorkerOutcome.Stopped stopped) {
      view.ended(stopped.text() + "; %cola resume goes on", false);
    } else {
      view.ended("failed", true);
    }
    display.end();
  }

  private static void learned(Path folder, RunView view) {
    try {
      view.learned(History.soFar(folder));
    } catch (SummaryException e) {
      view.message(e.getMessage()); // the run is there all the same
    }
  }
}
