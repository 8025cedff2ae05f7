package io.github.cola4j.kernel.work;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.source.Fetching;
import io.github.cola4j.worker.NativeLibraries;

/**
 * What a notebook gets as Maven would get it: with the user's settings, into Maven's repository.
 */
public final class MavenSurroundings implements Surroundings {
  @Override
  public NativeLibraries libraries() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Fetching fetching(EventSink events) {
    return new Fetching(java.util.List.of(), events);
  }

  @Override
  public boolean offline() {
    return false;
  }
}
