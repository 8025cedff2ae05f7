package io.github.cola4j.hub;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ProxySelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Turns names of the hub into folders of this machine, downloading what the cache lacks.
 *
 * <pre>{@code
 * Hub hub = new Hub(HubSettings.of(System.getenv(), Path.of(System.getProperty("user.home"))));
 * Path folder = hub.snapshot(HubName.parse("hf:owner/name@main"), HubFiles.model(), p -> {});
 * }</pre>
 *
 * <p>A commit that the cache has costs no request; a branch or tag costs one, which asks where it
 * stands. Several threads and processes may use one cache at the same time.
 */
public final class Hub {
  private static final int LISTED = 3;

  private final HubSettings settings;
  private final Patience patience;
  private final Requests requests;
  private final HubApi api;

  /** A hub that is asked through Java's proxies: {@code https.proxyHost} and the like. */
  public Hub(HubSettings settings) {
    this(settings, ProxySelector.getDefault());
  }

  /** A hub that is asked through these proxies. */
  public Hub(HubSettings settings, ProxySelector proxies) {
    this(settings, proxies, Patience.USUAL);
  }

  Hub(HubSettings settings, Patience patience) {
    this(settings, ProxySelector.getDefault(), patience);
  }

  private Hub(HubSettings settings, ProxySelector proxies, Patience patience) {
    this.settings = settings;
    this.patience = patience;
    this.requests = new Requests(settings, proxies, patience);
    this.api = new HubApi(settings, requests);
  }

  /**
   * The folder of a repository at a revision, with the wanted files in it, and whatever others were
   * wanted at other times.
   *
   * <p>Where the hub cannot be reached, what the cache has of the revision is used if it is
   * complete, which {@code progress} is told. Offline the cache alone counts. Of a snapshot that an
   * older huggingface_hub downloaded, the cache does not know which files it lacks; then what is
   * there counts as all, as it does there.
   *
   * @param name what is wanted; its file, if it names one, plays no part here
   * @param wanted which files
   * @param progress told what happens, in this thread
   * @return the folder, whose name is the commit that the revision stands at
   * @throws HubException if some of them cannot be had; what has been downloaded stays in the cache
   */
  public Path snapshot(HubName name, HubFiles wanted, Consumer<HubProgress> progress) {
    CachedRepository cache = new CachedRepository(settings, name);
    try {
      return settings.offline()
          ? fromCache(cache, name, wanted).path()
          : fromHub(cache, name, wanted, progress);
    } catch (IOException e) {
      throw Storage.failed(name.toString(), e);
    } catch (UncheckedIOException e) {
      throw Storage.failed(name.toString(), e.getCause());
    }
  }

  /**
   * The file that a name names, such as {@code hf:datasets/owner/name:train.csv}.
   *
   * @param progress told what happens, in this thread
   * @throws HubException if it cannot be had, or the name names none
   */
  public Path file(HubName name, Consumer<HubProgress> progress) {
    String file =
        name.file()
            .orElseThrow(
                () ->
                    new HubException(
                        Kind.BAD_NAME,
                        "\"" + name + "\" names no file",
                        "write the file behind a colon: " + name + ":train.csv"));
    return snapshot(name, HubFiles.one(file), progress).resolve(file);
  }

  private Path fromHub(
      CachedRepository cache, HubName name, HubFiles wanted, Consumer<HubProgress> progress)
      throws IOException {
    Optional<Snapshot> kept = kept(cache, name, wanted);
    if (kept.isPresent() && name.pinned() && cache.listing(name.revision()).isPresent()) {
      return kept.get().path();
    }
    String commit;
    Listing listing;
    try {
      Patience asking = kept.isPresent() ? patience.none() : patience;
      commit = name.pinned() ? name.revision() : api.commit(name, asking, progress);
      listing = listing(cache, name, commit, asking, progress);
    } catch (HubException e) {
      if (kept.isEmpty() || e.kind() == Kind.INTERRUPTED) {
        throw e;
      }
      if (e.kind() == Kind.UNREACHABLE) {
        progress.accept(new HubProgress.FromCache(name, kept.get().commit(), e.problem()));
        return kept.get().path();
      }
      throw new HubException(
          e.kind(),
          e.problem(),
          e.fix() + "; or set HF_HUB_OFFLINE=1 to use what the cache has of it",
          e);
    }
    Snapshot snapshot =
        new Snapshot(
            cache,
            name,
            commit,
            Optional.of(listing),
            file -> download(cache, name, commit, listing, file, progress));
    Set<String> files = wanted.of(snapshot);
    List<String> lacking = snapshot.lacks(files);
    if (!lacking.isEmpty()) {
      long bytes =
          lacking.stream().flatMap(f -> listing.file(f).stream()).mapToLong(RemoteFile::size).sum();
      progress.accept(new HubProgress.Started(name, commit, lacking.size(), bytes));
    }
    lacking.forEach(snapshot::file);
    // Not before: an interrupted download of a branch's new commit leaves the old one usable.
    bestEffort(() -> cache.writeCommit(name.revision(), commit));
    return snapshot.path();
  }

  private Listing listing(
      CachedRepository cache,
      HubName name,
      String commit,
      Patience asking,
      Consumer<HubProgress> progress) {
    Optional<Listing> known = cache.listing(commit);
    if (known.isPresent()) {
      return known.get();
    }
    Listing listing = api.listing(name, commit, asking, progress);
    bestEffort(() -> cache.writeListing(commit, listing));
    return listing;
  }

  private void download(
      CachedRepository cache,
      HubName name,
      String commit,
      Listing listing,
      String path,
      Consumer<HubProgress> progress) {
    RemoteFile file =
        listing
            .file(path)
            .orElseThrow(
                () ->
                    new HubException(
                        Kind.NOT_FOUND,
                        name + " has no file \"" + path + "\"",
                        NearMiss.advice(path, listing.names())));
    Path blob = cache.blob(file);
    try (Turn turn =
        Turn.take(cache.lock(file), () -> progress.accept(new HubProgress.Queued(path)))) {
      if (cache.has(commit, file)) {
        return;
      }
      boolean isNew = !CachedRepository.isWhole(blob, file);
      if (isNew) {
        Path incomplete = incomplete(blob, turn);
        try {
          new BlobDownload(
                  requests, name, api.content(name, commit, path), file, incomplete, progress)
              .to(blob);
        } finally {
          if (!turn.exclusive()) {
            Files.deleteIfExists(incomplete);
          }
        }
      }
      cache.place(commit, file, isNew);
    } catch (IOException e) {
      throw Storage.failed(path, e);
    }
  }

  /**
   * Not the name that huggingface_hub uses, for it does not see our lock. Where no lock can be had,
   * a name that nobody else uses, so that two do not write into the same file.
   */
  private static Path incomplete(Path blob, Turn turn) {
    String whose = turn.exclusive() ? "cola" : UUID.randomUUID().toString().substring(0, 8);
    return blob.resolveSibling(blob.getFileName() + "." + whose + ".incomplete");
  }

  /** What the cache has of a revision, if that is all that is wanted. */
  private Optional<Snapshot> kept(CachedRepository cache, HubName name, HubFiles wanted) {
    try {
      return Optional.of(fromCache(cache, name, wanted));
    } catch (HubException e) {
      return Optional.empty();
    }
  }

  private Snapshot fromCache(CachedRepository cache, HubName name, HubFiles wanted) {
    String commit =
        name.pinned()
            ? name.revision()
            : cache.commit(name.revision()).orElseThrow(() -> missing(name, "nothing of it"));
    Optional<Listing> listing = cache.listing(commit);
    Snapshot snapshot =
        new Snapshot(
            cache,
            name,
            commit,
            listing,
            file -> {
              throw missing(name, "no " + file);
            });
    Set<String> files;
    try {
      files = wanted.of(snapshot);
    } catch (HubException e) {
      if (listing.isPresent()) {
        throw e;
      }
      throw missing(name, snapshot.names().isEmpty() ? "nothing of it" : "only a part of it");
    }
    List<String> lacking = snapshot.lacks(files);
    if (!lacking.isEmpty()) {
      throw missing(
          name,
          "no "
              + String.join(", ", lacking.subList(0, Math.min(LISTED, lacking.size())))
              + (lacking.size() > LISTED ? ", … (" + lacking.size() + " files in all)" : ""));
    }
    return snapshot;
  }

  private HubException missing(HubName name, String has) {
    return new HubException(
        Kind.OFFLINE,
        name
            + " is not in the cache "
            + settings.cache()
            + ", which has "
            + has
            + ", and no request is made offline",
        "run once with the network, not offline and without HF_HUB_OFFLINE,"
            + " or set HF_HUB_CACHE to a cache that has it");
  }

  @FunctionalInterface
  private interface Write {
    void run() throws IOException;
  }

  /** A cache that can only be read is good enough if it has all; only later requests cost more. */
  private static void bestEffort(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      // What has to be written fails on its own, with a reason.
    }
  }
}
