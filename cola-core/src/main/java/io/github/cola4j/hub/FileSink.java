package io.github.cola4j.hub;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Writes the body of a response into a file, from some place on and never past its size. */
final class FileSink implements BodySubscriber<Void> {
  private final FileChannel channel;
  private final RemoteFile file;
  private final long from;
  private final CompletableFuture<Void> body = new CompletableFuture<>();
  private Flow.Subscription subscription;
  private boolean stopped;

  /**
   * @param from where the body's first byte goes; what lies behind is cut off
   */
  FileSink(FileChannel channel, RemoteFile file, long from) {
    this.channel = channel;
    this.file = file;
    this.from = from;
  }

  /** After this nothing is written, even if more comes. */
  synchronized void stop() {
    stopped = true;
  }

  @Override
  public CompletionStage<Void> getBody() {
    return body;
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    try {
      if (!stopped) {
        channel.truncate(from).position(from);
      }
      subscription.request(Long.MAX_VALUE);
    } catch (IOException e) {
      fail(Storage.failed(file.path(), e));
    }
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> buffers) {
    if (stopped) {
      return;
    }
    try {
      for (ByteBuffer buffer : buffers) {
        if (channel.position() + buffer.remaining() > file.size()) {
          channel.truncate(from);
          fail(
              new HubException(
                  Kind.DAMAGED,
                  file.path() + " is longer than the hub's list says, " + file.size() + " bytes",
                  "try again later, or check HF_ENDPOINT"));
          return;
        }
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    } catch (IOException e) {
      fail(Storage.failed(file.path(), e));
    }
  }

  @Override
  public void onError(Throwable throwable) {
    body.completeExceptionally(throwable);
  }

  @Override
  public void onComplete() {
    body.complete(null);
  }

  private void fail(HubException failure) {
    stopped = true;
    subscription.cancel();
    body.completeExceptionally(failure);
  }
}
