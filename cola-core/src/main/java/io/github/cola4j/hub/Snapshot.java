package io.github.cola4j.hub;

import io.github.cola4j.hub.HubException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;

/** One commit's folder in the cache: what it should have, has and lacks. */
final class Snapshot implements HubFiles.Repository {
  private final CachedRepository cache;
  private final HubName name;
  private final String commit;
  private final Optional<Listing> listing;
  private final SortedSet<String> names;
  private final Consumer<String> lacking;

  /**
   * @param listing of the commit; where nobody knows it, what is there counts as all
   * @param lacking called with a file that is asked for and lacks; brings it, or throws
   */
  Snapshot(
      CachedRepository cache,
      HubName name,
      String commit,
      Optional<Listing> listing,
      Consumer<String> lacking) {
    this.cache = cache;
    this.name = name;
    this.commit = commit;
    this.listing = listing;
    this.names = listing.map(Listing::names).orElseGet(() -> cache.namesIn(commit));
    this.lacking = lacking;
  }

  String commit() {
    return commit;
  }

  Path path() {
    return cache.snapshot(commit);
  }

  @Override
  public HubName name() {
    return name;
  }

  @Override
  public SortedSet<String> names() {
    return names;
  }

  @Override
  public Path file(String file) {
    Path path = place(file);
    if (!has(file)) {
      lacking.accept(file);
    }
    return path;
  }

  /** Those of some files that are not there, in full. */
  List<String> lacks(Set<String> wanted) {
    return wanted.stream().filter(file -> !has(file)).sorted().toList();
  }

  private boolean has(String file) {
    Path path = place(file);
    return listing
        .flatMap(all -> all.file(file))
        .map(remote -> CachedRepository.isWhole(path, remote))
        .orElseGet(() -> Files.isRegularFile(path));
  }

  private Path place(String file) {
    SafePath.complaint(file)
        .ifPresent(
            complaint -> {
              throw new HubException(
                  Kind.REFUSED_PATH,
                  name + " has a file \"" + file + "\", which is not safe to write: " + complaint,
                  "use another repository or revision, and tell its owner");
            });
    return cache.file(commit, file);
  }
}
