package io.github.cola4j.event;

/** Where events go: a progress line, a notebook's display, a file, a frame to another process. */
@FunctionalInterface
public interface EventSink {
  /**
   * Takes one event. Called from one thread at a time and in the order in which things happened; a
   * sink that is slow slows down the run, so one that draws should throttle itself.
   */
  void accept(Event event);
}
