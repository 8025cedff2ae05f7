package io.github.cola4j.kernel.live;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.event.Told;
import io.github.cola4j.kernel.notebook.Shown;
import io.github.cola4j.report.History;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** A run as its events tell it. */
public final class RunView implements EventSink {
  /** More points than these no one sees; then neighbours become their mean. */
  private static final int MOST_LOSSES = 400;

  private static final int MOST_MESSAGES = 40;

  private final String name;
  private final Path folder;
  private final LongSupplier nanos;
  private final List<String> messages = new ArrayList<>();
  private final List<Event.Validated> validations = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();
  private int stepsEach = 1;
  private double lossSum;
  private int lossCount;

  private Event.RunStarted started;
  private Event.Downloading download;
  private Event.StepDone step;
  private long firstStep;
  private long firstNanos;
  private Event.RunFinished finished;
  private Event.Stopped stopped;
  private String ended = "";
  private boolean failed;
  private History history = new History(List.of(), List.of());

  /**
   * @param name the run's
   * @param folder the notebook's; paths in it are told relative to it
   * @param nanos a clock, as {@link System#nanoTime}
   */
  public RunView(String name, Path folder, LongSupplier nanos) {
    this.name = name;
    this.folder = folder;
    this.nanos = nanos;
  }

  @Override
  public synchronized void accept(Event event) {
    if (event instanceof Event.StepDone done) {
      step(done);
    } else if (event instanceof Event.RunStarted begun) {
      started = begun;
      download = null;
    } else if (event instanceof Event.Resumed resumed) {
      message("Continues after step %,d".formatted(resumed.step()));
    } else if (event instanceof Event.Validated validated) {
      validations.add(validated);
    } else if (event instanceof Event.Downloading downloading) {
      download = downloading;
    } else if (event instanceof Event.Message message) {
      boolean warns = message.level() == Event.Message.Level.WARN;
      message(warns ? "Warning: " + message.text() : message.text());
    } else if (event instanceof Event.Stopped end) {
      stopped = end;
    } else if (event instanceof Event.RunFinished end) {
      finished = end;
    }
  }

  /** A line about the run that is no event. */
  public synchronized void message(String line) {
    messages.add(line);
    if (messages.size() > MOST_MESSAGES) {
      messages.remove(0);
    }
  }

  /** The run is over, for this reason; a finished one needs none. */
  public synchronized void ended(String text, boolean failure) {
    ended = text;
    failed = failure;
  }

  /** How it learned from its first step on, whichever process that was. */
  public synchronized void learned(History all) {
    history = all;
  }

  private void step(Event.StepDone done) {
    if (step == null) {
      firstStep = done.step();
      firstNanos = nanos.getAsLong();
    }
    step = done;
    lossSum += done.loss();
    if (++lossCount == stepsEach) {
      losses.add(lossSum / lossCount);
      lossSum = 0;
      lossCount = 0;
      if (losses.size() == 2 * MOST_LOSSES) {
        for (int i = 0; i < MOST_LOSSES; i++) {
          losses.set(i, (losses.get(2 * i) + losses.get(2 * i + 1)) / 2);
        }
        losses.subList(MOST_LOSSES, losses.size()).clear();
        stepsEach *= 2;
      }
    }
  }

  /** As it stands. */
  public synchronized Shown shown() {
    List<String> text = new ArrayList<>();
    Html html = new Html().open("div", "max-width:60em;line-height:1.5");
    String state = state();
    text.add(name + ": " + state);
    html.open("div", "")
        .element("b", "", name)
        .element("span", "color:" + color(), "  " + state)
        .close("div");
    if (started != null) {
      String what =
          "%s on %s: %s rows, %s steps; %s sites, %s trainable parameters; %s, %s"
              .formatted(
                  started.task(),
                  started.base(),
                  Told.count(started.rows()),
                  Told.count(started.totalSteps()),
                  Told.count(started.sites()),
                  Told.count(started.trainableParameters()),
                  started.device(),
                  started.threads() == 1 ? "1 thread" : started.threads() + " threads");
      text.add(what);
      html.element("div", "opacity:.75", what);
    }
    if (step != null) {
      steps(text, html);
    } else if (download != null && finished == null) {
      String line = "Downloading %s: %s".formatted(download.file(), Told.bytes(download));
      text.add(line);
      html.element("div", "", line);
    }
    if (!validations.isEmpty()) {
      validations(text, html);
    }
    for (String message : messages) {
      text.add(message);
      html.element("div", "white-space:pre-wrap", message);
    }
    if (finished != null) {
      finished(text, html);
    }
    html.close("div");
    return new Shown(String.join("\n", text), html.toString());
  }

  private String state() {
    if (!ended.isEmpty()) {
      return ended;
    }
    if (finished != null) {
      return "finished %s steps in %s"
          .formatted(Told.count(finished.step()), Told.time(finished.seconds()));
    }
    if (stopped != null) {
      return "stopped after step %s: %s".formatted(Told.count(stopped.step()), stopped.reason());
    }
    return step == null ? "begins" : "learns";
  }

  private String color() {
    return failed ? "#a3000b" : finished != null ? "#00602f" : "inherit";
  }

  private void steps(List<String> text, Html html) {
    double share = step.step() / (double) Math.max(1, step.totalSteps());
    String line =
        "step %s/%s (%d %%)  loss %s  %s rows/s%s"
            .formatted(
                Told.count(step.step()),
                Told.count(step.totalSteps()),
                (int) (100 * share),
                Told.number(step.loss()),
                Told.throughput(step.examplesPerSecond()),
                timeLeft());
    String times =
        "server pass %s ms, fit %s ms a step; memory %s MB"
            .formatted(
                Told.throughput(step.serverMillis()),
                Told.throughput(step.fitMillis()),
                Told.count(step.rssBytes() / 1_000_000));
    Sparkline curve = new Sparkline(losses);
    int bar = (int) Math.round(30 * share);
    text.add("[" + "=".repeat(bar) + " ".repeat(30 - bar) + "] " + line);
    text.add("loss " + curve.text());
    text.add(times);
    html.open(
            "div",
            "background:rgba(128,128,128,.25);height:6px;border-radius:3px;max-width:40em;margin:.4em 0")
        .open(
            "div",
            String.format(
                Locale.ROOT,
                "background:#0072B2;height:6px;border-radius:3px;width:%.1f%%",
                100 * share))
        .close("div")
        .close("div");
    html.element("div", "font-variant-numeric:tabular-nums;white-space:pre", line);
    html.raw(finished == null ? curve.svg("training loss") : "");
    html.element("div", "opacity:.75", times);
  }

  private String timeLeft() {
    long done = step.step() - firstStep;
    if (done <= 0 || finished != null || stopped != null || !ended.isEmpty()) {
      return "";
    }
    double each = (nanos.getAsLong() - firstNanos) / 1e9 / done;
    return "  ETA " + Told.time(each * (step.totalSteps() - step.step()));
  }

  private void validations(List<String> text, Html html) {
    List<String> names =
        validations.stream().flatMap(v -> v.metrics().keySet().stream()).distinct().toList();
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("validation at step"));
    head.addAll(names);
    head.add("");
    rows.add(head);
    int shown = 5;
    List<Event.Validated> last =
        validations.subList(Math.max(0, validations.size() - shown), validations.size());
    for (Event.Validated validated : last) {
      List<String> row = new ArrayList<>(List.of(Told.count(validated.step())));
      names.forEach(
          metric ->
              row.add(
                  validated.metrics().containsKey(metric)
                      ? Told.number(validated.metrics().get(metric))
                      : ""));
      row.add(validated.best() ? "best so far" : "");
      rows.add(row);
      text.add(
          "validation at step %s: %s%s"
              .formatted(
                  Told.count(validated.step()),
                  Told.metrics(validated.metrics()),
                  validated.best() ? " (best so far)" : ""));
    }
    html.table(rows);
  }

  private Path path(Path of) {
    Path absolute = of.toAbsolutePath().normalize();
    return absolute.startsWith(folder) ? folder.relativize(absolute) : absolute;
  }

  private void finished(List<String> text, Html html) {
    if (!finished.metrics().isEmpty()) {
      String metrics = "Metrics: " + Told.metrics(finished.metrics());
      text.add(metrics);
      html.element("div", "font-weight:bold", metrics);
    }
    String adapter = "Adapter: " + path(finished.adapter());
    text.add(adapter);
    html.element("div", "", adapter);
    Map<String, History> one = new LinkedHashMap<>();
    one.put(name, history);
    html.raw(Curves.html(one));
  }
}
