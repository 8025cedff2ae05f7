package io.github.cola4j.kernel.live;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.event.Told;
import io.github.cola4j.kernel.notebook.Shown;
import java.util.ArrayList;
import java.util.List;

/** A job that is no training, as its events tell it: what it says, and how far it is. */
public final class JobView implements EventSink {
  private final boolean talks;
  private final List<String> lines = new ArrayList<>();
  private String progress = "";

  /**
   * @param talks whether what it says is shown, and not only how far it is
   */
  JobView(boolean talks) {
    this.talks = talks;
  }

  @Override
  public synchronized void accept(Event event) {
    if (event instanceof Event.Message message) {
      if (talks || message.level() == Event.Message.Level.WARN) {
        lines.add(message.text());
      }
    } else if (event instanceof Event.RowsAnswered rows) {
      progress =
          rows.done() == rows.total()
              ? ""
              : "%s of %s rows, %s rows/s"
                  .formatted(
                      Told.count(rows.done()),
                      Told.count(rows.total()),
                      Told.throughput(rows.rowsPerSecond()));
    } else if (event instanceof Event.Downloading file) {
      progress =
          file.arrived() ? "" : "Downloading %s: %s".formatted(file.file(), Told.bytes(file));
    }
  }

  /** It is done: only what it said is left. */
  public synchronized void ended() {
    progress = "";
  }

  /** As it stands. */
  public synchronized Shown shown() {
    List<String> all = new ArrayList<>(lines);
    if (!progress.isEmpty()) {
      all.add(progress);
    }
    String text = String.join("\n", all);
    return new Shown(
        text,
        "<pre style=\"white-space:pre-wrap;margin:0;padding:0\">" + Html.escaped(text) + "</pre>");
  }
}
