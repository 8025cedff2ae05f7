package io.github.cola4j.hub;

import java.time.Duration;

/** What the hub's client tells while it works, always from the thread that asked. */
public sealed interface HubProgress {

  /**
   * Something has to be downloaded.
   *
   * @param name what was asked for
   * @param commit the commit that its revision stands at
   * @param files how many files the cache lacks
   * @param bytes their size together
   */
  record Started(HubName name, String commit, int files, long bytes) implements HubProgress {}

  /**
   * A file is on its way: told when it begins, several times a second, and when it is there.
   *
   * @param file its path in the repository
   * @param done bytes of it that are here, those of an earlier try included
   * @param size bytes in all
   */
  record Fetching(String file, long done, long size) implements HubProgress {}

  /**
   * A request failed and will be made again.
   *
   * @param reason what failed
   * @param pause how long until then
   */
  record Retrying(String reason, Duration pause) implements HubProgress {}

  /**
   * Another process or thread is downloading this file; waiting for it.
   *
   * @param file its path in the repository
   */
  record Queued(String file) implements HubProgress {}

  /**
   * The hub cannot be reached, and what the cache has of the revision is used instead.
   *
   * @param name what was asked for
   * @param commit the commit that its revision stood at when last asked
   * @param reason why the hub was of no help
   */
  record FromCache(HubName name, String commit, String reason) implements HubProgress {}
}
