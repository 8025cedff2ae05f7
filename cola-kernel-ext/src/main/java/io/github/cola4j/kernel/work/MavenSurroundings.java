package io.github.cola4j.kernel.work;

import io.github.cola4j.event.EventSink;
import io.github.cola4j.source.Fetching;
import io.github.cola4j.worker.NativeLibraries;

/**
 * What a notebook gets as Maven would get it: with the user's settings, into Maven's repository.
 */
public final class MavenSurroundings implements Surroundings {
  private final UserRepositories repositories;

  /** Those of whoever runs the kernel. */
  public MavenSurroundings() {
    this(new UserRepositories());
  }

  /** These, which others may use too. */
  public MavenSurroundings(UserRepositories repositories) {
    this.repositories = repositories;
  }

  @Override
  public NativeLibraries libraries(EventSink events) {
    return repositories.libraries(events);
  }

  @Override
  public Fetching fetching(EventSink events) {
    return new Fetching(repositories.sources(), events);
  }

  @Override
  public boolean offline() {
    return repositories.offline();
  }
}
