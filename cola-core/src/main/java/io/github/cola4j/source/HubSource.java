package io.github.cola4j.source;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import io.github.cola4j.hub.Hub;
import io.github.cola4j.hub.HubException;
import io.github.cola4j.hub.HubFiles;
import io.github.cola4j.hub.HubName;
import io.github.cola4j.hub.HubProgress;
import io.github.cola4j.hub.HubSettings;
import io.github.cola4j.spec.Coordinate;
import io.github.cola4j.spec.Sources;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Models and data sets of a hub, as {@link HubName} has them. The version of one is its commit.
 *
 * @param hub which; asked for only where something is fetched, and may throw what a hub does
 */
public record HubSource(Supplier<Hub> hub) implements Source {
  /** Of a hub that is there already. */
  public HubSource(Hub hub) {
    this(() -> hub);
  }

  /** What the cache of the hub has that the environment names; no request is made. */
  public static HubSource cacheOnly() {
    Path home = Path.of(System.getProperty("user.home"));
    return new HubSource(() -> new Hub(HubSettings.of(System.getenv(), home).offlineIf(true)));
  }

  @Override
  public String scheme() {
    return "hf";
  }

  @Override
  public Sources.Fetched fetch(Coordinate wanted, EventSink events) {
    try {
      HubName written = HubName.parse(wanted.text());
      HubName name = wanted.version().isEmpty() ? written : written.at(wanted.version());
      if (wanted.kind().isFolder() && name.file().isPresent()) {
        throw new SourceException(
            "\"" + wanted.text() + "\" names one file of a repository",
            "name the repository alone, without :" + name.file().get());
      }
      if (wanted.kind() == Coordinate.Kind.FILE && name.file().isEmpty()) {
        throw new SourceException(
            "\"" + wanted.text() + "\" names no file of the repository",
            "write the file behind a colon: " + wanted.text() + ":train.csv");
      }
      Path snapshot = hub.get().snapshot(name, files(wanted.kind(), name.file()), tell(events));
      return new Sources.Fetched(
          name.file().map(snapshot::resolve).orElse(snapshot), snapshot.getFileName().toString());
    } catch (HubException e) {
      throw new SourceException(e.problem(), e.fix(), e);
    }
  }

  private static HubFiles files(Coordinate.Kind kind, Optional<String> file) {
    return file.map(HubFiles::one)
        .orElseGet(
            () ->
                kind == Coordinate.Kind.FILE_OR_FOLDER
                    ? HubFiles.matching(name -> !name.startsWith("."))
                    : HubFiles.model());
  }

  private static Consumer<HubProgress> tell(EventSink events) {
    return progress -> {
      if (progress instanceof HubProgress.Fetching fetching) {
        events.accept(new Event.Downloading(fetching.file(), fetching.done(), fetching.size()));
      } else if (progress instanceof HubProgress.Started started) {
        events.accept(
            Event.Message.info(
                String.format(
                    Locale.ROOT,
                    "Downloads %s: %s, %,.1f MB",
                    started.name(),
                    started.files() == 1 ? "one file" : started.files() + " files",
                    started.bytes() / 1e6)));
      } else if (progress instanceof HubProgress.Retrying retrying) {
        events.accept(
            Event.Message.warn(
                "%s; tries again in %d s"
                    .formatted(retrying.reason(), Math.max(1, retrying.pause().toSeconds()))));
      } else if (progress instanceof HubProgress.Queued queued) {
        events.accept(
            Event.Message.info("Waits for " + queued.file() + ", which another process downloads"));
      } else if (progress instanceof HubProgress.FromCache cached) {
        events.accept(
            Event.Message.warn(
                "%s is taken from the cache, as it was when last asked for (%s): %s"
                    .formatted(cached.name(), cached.commit(), cached.reason())));
      }
    };
  }
}
