package io.github.cola4j.source;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.spec.Coordinate;
import io.github.cola4j.spec.Sources;

/** Where things come from that one kind of coordinate names. */
public interface Source {
  /** What such a coordinate has before its first colon, say {@code hf}. */
  String scheme();

  /**
   * Brings something to this machine, unless it is here.
   *
   * @param wanted whose text begins with the scheme
   * @param events told what happens, in this thread
   * @throws SourceException if it cannot be had
   */
  Sources.Fetched fetch(Coordinate wanted, EventSink events);
}
