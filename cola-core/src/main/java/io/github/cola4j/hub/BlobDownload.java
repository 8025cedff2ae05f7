package io.github.cola4j.hub;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One file on its way from the hub into the cache: below another name first, continued where an
 * earlier try ended, and in its place only when size and digest are as listed.
 *
 * <p>What continues a download sends no {@code If-Range}: the address names a commit, so that its
 * content is always the same, and the storage that the hub redirects to has validators of its own.
 * Instead {@code Content-Range} has to tell the listed size, and the digest is taken over the
 * whole; where it differs and the content came in parts, all of it is downloaded once more.
 */
final class BlobDownload {
  private final Requests requests;
  private final HubName name;
  private final URI uri;
  private final RemoteFile file;
  private final Path incomplete;
  private final Consumer<HubProgress> progress;
  private boolean inParts;

  /**
   * @param name what the file belongs to, for errors
   * @param uri where its content is
   * @param incomplete where the content grows; what is there is continued
   */
  BlobDownload(
      Requests requests,
      HubName name,
      URI uri,
      RemoteFile file,
      Path incomplete,
      Consumer<HubProgress> progress) {
    this.requests = requests;
    this.name = name;
    this.uri = uri;
    this.file = file;
    this.incomplete = incomplete;
    this.progress = progress;
  }

  /**
   * Downloads what is missing, checks it, and moves it to {@code blob}.
   *
   * @throws HubException if that fails; what has come so far stays, unless it is damaged
   */
  void to(Path blob) throws IOException {
    Files.createDirectories(incomplete.getParent());
    if (here() > file.size()) {
      Files.delete(incomplete);
    }
    inParts = here() > 0;
    Storage.require(incomplete.getParent(), file.path(), file.size() - here());
    fetch();
    boolean good = file.isContentOf(incomplete);
    if (!good && inParts) {
      Files.delete(incomplete);
      inParts = false;
      fetch();
      good = file.isContentOf(incomplete);
    }
    if (!good) {
      Files.delete(incomplete);
      throw damaged("its checksum is not the one in the hub's list");
    }
    Files.move(
        incomplete, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void fetch() throws IOException {
    try (FileChannel channel =
        FileChannel.open(incomplete, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      tell();
      requests.persist(
          file.path() + " of " + name,
          requests.patience(),
          this::here,
          progress,
          () -> {
            if (here() < file.size()) {
              fetchRest(channel);
            }
            return null;
          });
      channel.force(true);
      tell();
    }
  }

  private void fetchRest(FileChannel channel) throws Setback {
    long from = here();
    AtomicReference<FileSink> sink = new AtomicReference<>();
    HttpResponse<Void> response;
    try {
      response =
          requests.get(
              name,
              uri,
              from > 0 ? Map.of("Range", "bytes=" + from + "-") : Map.of(),
              info -> body(info, channel, from, sink),
              this::tell);
    } finally {
      if (sink.get() != null) {
        sink.get().stop();
      }
    }
    int status = response.statusCode();
    if (!fits(from, status, response.headers())) {
      if (status == 200) {
        throw damaged(
            "the server announced "
                + response.headers().firstValue("Content-Length").orElse("?")
                + " bytes, the hub's list "
                + file.size());
      }
      // What is here belongs to something else than what the server has.
      discard(channel);
      throw Setback.cut("the server could not continue " + file.path(), null);
    }
    if (here() < file.size()) {
      throw Setback.cut("only " + here() + " of " + file.size() + " bytes came", null);
    }
  }

  private BodySubscriber<Void> body(
      ResponseInfo info, FileChannel channel, long from, AtomicReference<FileSink> sink) {
    if (!fits(from, info.statusCode(), info.headers())) {
      return BodySubscribers.replacing(null);
    }
    inParts = info.statusCode() == 206;
    sink.set(new FileSink(channel, file, inParts ? from : 0));
    return sink.get();
  }

  /** Whether a response is all of the file, or just what is missing. */
  private boolean fits(long from, int status, HttpHeaders headers) {
    if (status == 206) {
      String range = "bytes " + from + "-" + (file.size() - 1) + "/" + file.size();
      return from > 0 && headers.firstValue("Content-Range").orElse("").equals(range);
    }
    return status == 200
        && headers
            .firstValue("Content-Length")
            .map(length -> length.equals(Long.toString(file.size())))
            .orElse(true);
  }

  private void discard(FileChannel channel) {
    try {
      channel.truncate(0);
    } catch (IOException e) {
      throw Storage.failed(file.path(), e);
    }
  }

  /** How many bytes have come so far. */
  private long here() {
    try {
      return Files.size(incomplete);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tell() {
    progress.accept(new HubProgress.Fetching(file.path(), here(), file.size()));
  }

  private HubException damaged(String how) {
    return new HubException(
        Kind.DAMAGED,
        file.path() + " of " + name + " arrived damaged: " + how,
        "run again; if it stays so, a proxy or a mirror changes files, so check HF_ENDPOINT");
  }
}
