package io.github.cola4j.kernel;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.kernel.work.Surroundings;
import io.github.cola4j.source.Fetching;
import io.github.cola4j.worker.NativeLibraries;
import java.util.List;

/** The class path of the tests brings the native library. */
public final class TestSurroundings implements Surroundings {
  @Override
  public NativeLibraries libraries(EventSink events) {
    return artifacts -> List.of();
  }

  @Override
  public Fetching fetching(EventSink events) {
    return new Fetching(List.of(), events);
  }

  @Override
  public boolean offline() {
    return true;
  }
}
