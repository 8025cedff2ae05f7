package io.github.cola4j.kernel.work;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.source.Fetching;
import io.github.cola4j.source.SourceException;
import io.github.cola4j.worker.NativeLibraries;

/** Where a notebook gets from what is not on this machine yet. */
public interface Surroundings {
  /**
   * Where native libraries come from.
   *
   * @param events told of downloads
   */
  NativeLibraries libraries(EventSink events);

  /**
   * Where bases and data come from that specs name by coordinates.
   *
   * @param events told of downloads
   */
  Fetching fetching(EventSink events);

  /**
   * Whether nothing may be fetched from other machines.
   *
   * @throws SourceException if that cannot be told, for what is wrong with the user's settings
   */
  boolean offline();
}
