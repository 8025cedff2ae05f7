package io.github.cola4j.kernel.work;

import io.github.cola4j.event.Event;
import io.github.cola4j.event.EventSink;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;
import org.eclipse.aether.transfer.TransferResource;

/**
 * Tells what is downloaded but for what only the resolver reads, and ends it when the thread is
 * interrupted that waits for it. The resolver downloads several files at once, in threads of its
 * own.
 */
final class Transfers extends AbstractTransferListener {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(200);

  private final EventSink events;
  private final Thread waiting = Thread.currentThread();
  private long told;

  Transfers(EventSink events) {
    this.events = events;
  }

  @Override
  public synchronized void transferStarted(TransferEvent event) throws TransferCancelledException {
    tell(event);
  }

  @Override
  public synchronized void transferProgressed(TransferEvent event)
      throws TransferCancelledException {
    if (waiting.isInterrupted()) {
      throw new TransferCancelledException("interrupted");
    }
    if (System.nanoTime() - told > PAUSE) {
      tell(event);
    }
  }

  @Override
  public synchronized void transferSucceeded(TransferEvent event) {
    tell(event);
  }

  @Override
  public synchronized void transferCorrupted(TransferEvent event) {
    events.accept(
        Event.Message.warn(
            "%s from %s: %s"
                .formatted(
                    name(event.getResource()),
                    event.getResource().getRepositoryId(),
                    event.getException().getMessage())));
  }

  private void tell(TransferEvent event) {
    TransferResource file = event.getResource();
    if (name(file).startsWith("maven-metadata") || name(file).endsWith(".pom")) {
      return;
    }
    told = System.nanoTime();
    events.accept(
        new Event.Downloading(
            name(file), event.getTransferredBytes(), Math.max(0, file.getContentLength())));
  }

  private static String name(TransferResource resource) {
    return Path.of(resource.getResourceName()).getFileName().toString();
  }
}
