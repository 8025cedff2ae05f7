package io.github.cola4j.kernel.live;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.notebook.Notebook;
import java.util.Locale;

/** Tells of files on their way here: a line each, once they are there. */
public final class Downloads implements EventSink {
  private final Notebook notebook;

  public Downloads(Notebook notebook) {
    this.notebook = notebook;
  }

  @Override
  public void accept(Event event) {
    if (event instanceof Event.Downloading file && file.size() > 0 && file.done() >= file.size()) {
      notebook
          .out()
          .println(
              String.format(
                  Locale.ROOT, "Downloaded %s, %,.1f MB", file.file(), file.size() / 1e6));
    }
  }
}
