package io.github.cola4j.hub;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** One repository in the cache: where its files are, and how they get there. */
final class CachedRepository {
  private static final String TAG =
      "Signature: 8a477f597d28d172789f06886806bc55\n"
          + "# This folder can be made again; backups may leave it out.\n";

  private final Path cache;
  private final Path folder;
  private final boolean symlinks;

  CachedRepository(HubSettings settings, HubName name) {
    this.cache = settings.cache();
    this.folder = cache.resolve(name.type().plural + "--" + name.repository().replace("/", "--"));
    this.symlinks = settings.symlinks();
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  /** Where a file of a commit is, or will be. Its path must be a safe one. */
  Path file(String commit, String path) {
    return snapshot(commit).resolve(path);
  }

  Path blob(RemoteFile file) {
    return folder.resolve("blobs").resolve(file.digest());
  }

  Path lock(RemoteFile file) {
    return cache.resolve(".locks").resolve(folder.getFileName()).resolve(file.digest() + ".lock");
  }

  /** Whether a snapshot has a file, in full as far as its size tells. */
  boolean has(String commit, RemoteFile file) {
    return isWhole(file(commit, file.path()), file);
  }

  static boolean isWhole(Path local, RemoteFile file) {
    try {
      return Files.isRegularFile(local) && Files.size(local) == file.size();
    } catch (IOException e) {
      return false;
    }
  }

  /** The commit that a revision stood at when the hub was last asked. */
  Optional<String> commit(String revision) {
    return read(ref(revision)).map(String::strip).filter(HubName::isCommit);
  }

  Optional<Listing> listing(String commit) {
    return read(tree(commit)).flatMap(Listing::fromJson);
  }

  /** What files a snapshot has, where nothing tells which it should have. */
  SortedSet<String> namesIn(String commit) {
    Path root = snapshot(commit);
    SortedSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .forEach(names::add);
    } catch (IOException e) {
      // No such snapshot, or none that can be used.
    }
    return names;
  }

  void writeCommit(String revision, String commit) throws IOException {
    if (!revision.equals(commit) && !commit(revision).equals(Optional.of(commit))) {
      write(ref(revision), commit);
    }
  }

  void writeListing(String commit, Listing listing) throws IOException {
    Files.createDirectories(cache);
    Path tag = cache.resolve("CACHEDIR.TAG");
    if (!Files.exists(tag)) {
      write(tag, TAG);
    }
    write(tree(commit), listing.toJson());
  }

  /**
   * Puts a blob into a snapshot: by a relative link, or else itself. Without links a blob that was
   * downloaded for this file is moved, one that was there before is copied.
   */
  void place(String commit, RemoteFile file, boolean isNew) throws IOException {
    Path blob = blob(file);
    Path place = file(commit, file.path());
    Files.createDirectories(place.getParent());
    Files.deleteIfExists(place);
    if (symlinks) {
      try {
        Files.createSymbolicLink(place, place.getParent().relativize(blob));
        return;
      } catch (FileAlreadyExistsException e) {
        // Another process was faster; it can only have meant the same.
        if (has(commit, file)) {
          return;
        }
        throw e;
      } catch (IOException | UnsupportedOperationException e) {
        // This file system has no links, or lets only administrators make them.
      }
    }
    if (isNew) {
      Files.move(blob, place, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path beside = beside(place);
    try {
      Files.copy(blob, beside);
      Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private Path ref(String revision) {
    return folder.resolve("refs").resolve(revision);
  }

  private Path tree(String commit) {
    return folder.resolve("trees").resolve(commit + ".json");
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Readers see the old text or the new one, never a part. */
  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Path beside = beside(file);
    try {
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * A new name; not one of createTempFile, whose files nobody else who shares the cache may read.
   */
  private static Path beside(Path file) {
    return file.resolveSibling(
        file.getFileName() + "." + UUID.randomUUID().toString().substring(0, 8) + ".tmp");
  }
}
