package io.github.cola4j.kernel.live;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.event.Told;
import io.github.cola4j.kernel.notebook.Notebook;

/** Tells of files on their way here: a line each, once they are there. */
public final class Downloads implements EventSink {
  private final Notebook notebook;

  public Downloads(Notebook notebook) {
    this.notebook = notebook;
  }

  @Override
  public void accept(Event event) {
    if (event instanceof Event.Downloading file && file.arrived()) {
      notebook.out().println(Told.arrived(file));
    }
  }
}
