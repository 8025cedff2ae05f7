package io.github.cola4j.maven;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.event.Told;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Tells a run's events to whoever watches the build: what happens once as lines of the log, the
 * steps as one live line where there is a terminal. Elsewhere a step gets a line of the log when
 * another tenth of the run is done, but not sooner than ten seconds after the last one, and every
 * minute in any case, so that a CI server sees that the build lives. Checkpoints, too, are told
 * every ten seconds at most.
 */
final class Progress implements EventSink, AutoCloseable {
  private static final Duration REDRAW = Duration.ofMillis(200);
  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration HEARTBEAT = Duration.ofMinutes(1);
  private static final int PARTS = 10;

  private final Consumer<String> info;
  private final Consumer<String> warn;
  private final Optional<LiveLine> live;
  private final LongSupplier nanos;
  private final Path folder;

  private String downloading = "";
  private boolean stepsSeen;
  private long firstStep;
  private long firstNanos;
  private long shownNanos;
  private long shownPart;
  private boolean checkpointTold;
  private long checkpointNanos;

  /**
   * @param info takes lines for the log
   * @param warn takes lines about what is probably not wanted
   * @param live the terminal's line, if there is a terminal
   * @param nanos a clock, as {@link System#nanoTime}
   * @param folder paths in it are told relative to it
   */
  Progress(
      Consumer<String> info,
      Consumer<String> warn,
      Optional<LiveLine> live,
      LongSupplier nanos,
      Path folder) {
    this.info = info;
    this.warn = warn;
    this.live = live;
    this.nanos = nanos;
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public synchronized void accept(Event event) {
    if (event instanceof Event.StepDone step) {
      step(step);
    } else if (event instanceof Event.RowsAnswered answered) {
      rows(answered);
    } else if (event instanceof Event.RunStarted started) {
      started(started);
    } else if (event instanceof Event.Resumed resumed) {
      say("Continues after step " + Told.count(resumed.step()));
    } else if (event instanceof Event.Validated validated) {
      say(
          "Validation at step %s: %s%s"
              .formatted(
                  Told.count(validated.step()),
                  Told.metrics(validated.metrics()),
                  validated.best() ? " (best so far)" : ""));
    } else if (event instanceof Event.CheckpointWritten written) {
      checkpoint(written);
    } else if (event instanceof Event.Downloading downloading) {
      download(downloading);
    } else if (event instanceof Event.Message message) {
      if (message.level() == Event.Message.Level.WARN) {
        warn(paths(message.text()));
      } else {
        say(paths(message.text()));
      }
    } else if (event instanceof Event.Stopped stopped) {
      stopped(stopped);
    } else if (event instanceof Event.RunFinished finished) {
      finished(finished);
    }
    // What a newer worker tells beside these, this version cannot draw.
  }

  /** A line that is no event's: something that a library in the worker printed. */
  synchronized void print(String line) {
    warn(line);
  }

  /** Takes the live line from the screen. */
  @Override
  public synchronized void close() {
    live.ifPresent(LiveLine::clear);
  }

  private void started(Event.RunStarted run) {
    stepsSeen = false;
    say(
        "Run %s: %s, %s, %s rows, %s steps"
            .formatted(
                run.run(),
                run.base(),
                run.task(),
                Told.count(run.rows()),
                Told.count(run.totalSteps())));
    say(
        "%s sites, %s trainable parameters; device %s, %s"
            .formatted(
                Told.count(run.sites()),
                Told.count(run.trainableParameters()),
                run.device(),
                run.threads() == 1 ? "1 thread" : Told.count(run.threads()) + " threads"));
  }

  private void step(Event.StepDone step) {
    String told =
        "step %d/%d (%d %%)  loss %s  %s rows/s"
            .formatted(
                step.step(),
                step.totalSteps(),
                100 * step.step() / Math.max(1, step.totalSteps()),
                Told.number(step.loss()),
                Told.throughput(step.examplesPerSecond()));
    show(step.step(), step.totalSteps(), told);
  }

  private void rows(Event.RowsAnswered rows) {
    String told =
        "%s of %s rows (%d %%)  %s rows/s"
            .formatted(
                Told.count(rows.done()),
                Told.count(rows.total()),
                100 * rows.done() / Math.max(1, rows.total()),
                Told.throughput(rows.rowsPerSecond()));
    show(rows.done(), rows.total(), told);
  }

  /** Shows how far it is, if that is due. */
  private void show(long step, long total, String told) {
    long now = nanos.getAsLong();
    long part = PARTS * step / Math.max(1, total);
    boolean due = true;
    if (!stepsSeen) {
      stepsSeen = true;
      firstStep = step;
      firstNanos = now;
    } else {
      long since = now - shownNanos;
      due =
          live.isPresent()
              ? since >= REDRAW.toNanos()
              : since >= HEARTBEAT.toNanos() || since >= QUIET.toNanos() && part > shownPart;
    }
    if (!due) {
      return;
    }
    shownNanos = now;
    shownPart = part;
    String line = told + timeLeft(step, total, now);
    if (live.isPresent()) {
      live.get().show(line);
    } else {
      info.accept(line);
    }
  }

  /** Short ones go by in silence where there is no terminal. */
  private void download(Event.Downloading file) {
    long now = nanos.getAsLong();
    if (!file.file().equals(downloading)) {
      downloading = file.file();
      shownNanos = now;
    }
    if (file.arrived()) {
      live.ifPresent(LiveLine::clear);
      downloading = "";
      return;
    }
    if (now - shownNanos < (live.isPresent() ? REDRAW : QUIET).toNanos()) {
      return;
    }
    shownNanos = now;
    String line = file.file() + "  " + Told.bytes(file);
    if (live.isPresent()) {
      live.get().show(line);
    } else {
      info.accept(line);
    }
  }

  private void checkpoint(Event.CheckpointWritten written) {
    long now = nanos.getAsLong();
    if (!checkpointTold || now - checkpointNanos >= QUIET.toNanos()) {
      checkpointTold = true;
      checkpointNanos = now;
      say("Checkpoint at step %s: %s".formatted(Told.count(written.step()), path(written.path())));
    }
  }

  /** From the mean time of the steps seen, once there are two. */
  private String timeLeft(long step, long total, long now) {
    long done = step - firstStep;
    if (done <= 0) {
      return "";
    }
    double nanosPerStep = (now - firstNanos) / (double) done;
    return "  ETA " + Told.time(nanosPerStep * (total - step) / 1e9);
  }

  private void stopped(Event.Stopped stopped) {
    say("Stopped after step %s: %s".formatted(Told.count(stopped.step()), stopped.reason()));
    say(
        stopped.resumable()
            ? "Start it again to continue from " + path(stopped.checkpoint())
            : "Nothing was saved yet: started again, it begins anew");
  }

  private void finished(Event.RunFinished run) {
    say(
        "Finished %s steps in %s, %s rows/s in training"
            .formatted(
                Told.count(run.step()),
                Told.time(run.seconds()),
                Told.throughput(run.examplesPerSecond())));
    if (!run.metrics().isEmpty()) {
      say("Metrics: " + Told.metrics(run.metrics()));
    }
    say("Adapter: " + path(run.adapter()));
  }

  private void say(String line) {
    live.ifPresent(LiveLine::clear);
    info.accept(line);
  }

  private void warn(String line) {
    live.ifPresent(LiveLine::clear);
    warn.accept(line);
  }

  /** A text with the paths in it told like others. */
  private String paths(String text) {
    return text.replace(folder + folder.getFileSystem().getSeparator(), "");
  }

  private String path(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(folder) && !absolute.equals(folder)
        ? folder.relativize(absolute).toString()
        : absolute.toString();
  }
}
