package io.github.cola4j.hub;

import io.github.cola4j.hub.HubException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;

/** GET requests to the hub and to where it redirects; the token stays with the hub. */
final class Requests {
  private static final int MOST_REDIRECTS = 10;
  private static final Duration TICK = Duration.ofMillis(200);

  private final HubSettings settings;
  private final Patience patience;
  private final HttpClient client;

  Requests(HubSettings settings, ProxySelector proxies, Patience patience) {
    this.settings = settings;
    this.patience = patience;
    // Redirects are followed here, since the client would take the token along. One request at a
    // time has nothing to gain from HTTP/2.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxies)
            .connectTimeout(patience.connecting())
            .build();
  }

  Patience patience() {
    return patience;
  }

  /** One try of something that may fail in passing. */
  @FunctionalInterface
  interface Attempt<T> {
    T run() throws Setback;
  }

  /**
   * Tries until it succeeds or patience ends.
   *
   * @param what is tried, as the subject of the error's sentence
   * @param gain grows with whatever a try has gained; the count of failures restarts then
   * @throws HubException of kind UNREACHABLE when patience ends
   */
  <T> T persist(
      String what,
      Patience patience,
      LongSupplier gain,
      Consumer<HubProgress> progress,
      Attempt<T> attempt) {
    int failures = 0;
    while (true) {
      long before = gain.getAsLong();
      try {
        return attempt.run();
      } catch (Setback setback) {
        failures = gain.getAsLong() > before ? 1 : failures + 1;
        if (!patience.allows(failures, setback)) {
          String asked =
              setback
                  .asked()
                  .filter(wait -> wait.compareTo(patience.longestWait()) > 0)
                  .map(wait -> ", and asked to wait for " + wait.toSeconds() + " s")
                  .orElse("");
          throw new HubException(
              Kind.UNREACHABLE,
              what + " could not be fetched: " + setback.getMessage() + asked,
              setback.fix(),
              setback);
        }
        Duration pause = patience.pause(failures, setback);
        progress.accept(new HubProgress.Retrying(setback.getMessage(), pause));
        sleep(pause);
      }
    }
  }

  /**
   * One GET. Follows redirects.
   *
   * @param name what it is about, for errors
   * @param headers further ones; they go wherever the hub redirects
   * @param body takes the body of an answer: 200, 206 or 416
   * @param tick called several times a second while waiting
   * @throws Setback if another try may do
   * @throws HubException if none will
   */
  <T> HttpResponse<T> get(
      HubName name, URI uri, Map<String, String> headers, BodyHandler<T> body, Runnable tick)
      throws Setback {
    URI target = uri;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(target)
              .header("User-Agent", "cola4j")
              .header("Accept-Encoding", "identity");
      headers.forEach(request::header);
      if (isHub(target)) {
        settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
      }
      HttpResponse<T> response = send(request.build(), body, tick);
      int status = response.statusCode();
      Optional<String> location = response.headers().firstValue("Location");
      if (status >= 300 && status < 400 && location.isPresent()) {
        target = redirected(target, location.get());
      } else if (isAnswer(status)) {
        return response;
      } else {
        throw new Refusal(settings, name, target, status, response.headers()).inWords();
      }
    }
    throw unlikeHub("it redirected more than " + MOST_REDIRECTS + " times", null);
  }

  /** All of it, a part of it, or that there is no such part. */
  private static boolean isAnswer(int status) {
    return status == 200 || status == 206 || status == 416;
  }

  /** What answers is something else than a hub: a proxy's page, a wrong address. */
  HubException unlikeHub(String problem, Throwable cause) {
    return new HubException(
        Kind.UNREACHABLE,
        "what answers at " + settings.endpoint() + " is no Hugging Face hub: " + problem,
        "check HF_ENDPOINT, and whether a proxy or a network's login page answers instead",
        cause);
  }

  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> body, Runnable tick)
      throws Setback {
    Pulse pulse = new Pulse();
    CompletableFuture<HttpResponse<T>> reply =
        client.sendAsync(
            request,
            info ->
                pulse.watch(
                    isAnswer(info.statusCode())
                        ? body.apply(info)
                        : BodySubscribers.replacing(null)));
    String host = request.uri().getHost();
    while (true) {
      try {
        return reply.get(TICK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // The request's own timeout does not cover the body on every JDK, and a slow download is
        // no dead one; so silence is what counts.
        if (pulse.silence().compareTo(patience.silence()) > 0) {
          reply.cancel(true);
          throw Setback.cut(host + " sent nothing for " + patience.silence().toSeconds() + " s", e);
        }
        tick.run();
      } catch (InterruptedException e) {
        reply.cancel(true);
        throw interrupted();
      } catch (ExecutionException e) {
        throw setback(host, e.getCause());
      }
    }
  }

  private static Setback setback(String host, Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof HubException known) {
        throw known;
      }
      if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
        return Setback.unconnected("there is no address for the name " + host, cause);
      }
      if (t instanceof ConnectException || t instanceof HttpConnectTimeoutException) {
        return Setback.unconnected("no connection to " + host + words(t), cause);
      }
    }
    if (cause instanceof SSLHandshakeException) {
      return Setback.untrusted("no trusted connection to " + host + words(cause), cause);
    }
    if (cause instanceof IOException) {
      return Setback.cut("the connection to " + host + " was cut" + words(cause), cause);
    }
    throw new IllegalStateException(cause);
  }

  private static String words(Throwable t) {
    return t.getMessage() == null ? "" : " (" + t.getMessage() + ")";
  }

  static HubException interrupted() {
    Thread.currentThread().interrupt();
    return new HubException(
        Kind.INTERRUPTED,
        "the download was interrupted",
        "run again; what is here already is not downloaded again");
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private boolean isHub(URI uri) {
    URI hub = settings.endpoint();
    return hub.getScheme().equalsIgnoreCase(uri.getScheme())
        && hub.getHost().equalsIgnoreCase(uri.getHost())
        && port(hub) == port(uri);
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0
        ? uri.getPort()
        : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private URI redirected(URI from, String location) {
    URI target;
    try {
      target = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw unlikeHub("it redirected to \"" + location + "\", which is no address", e);
    }
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    boolean weaker = from.getScheme().equalsIgnoreCase("https") && !scheme.equals("https");
    if (weaker || target.getHost() == null || !List.of("http", "https").contains(scheme)) {
      throw unlikeHub("it redirected from " + from.getScheme() + " to " + location, null);
    }
    return target;
  }

  /** When something last came. */
  private static final class Pulse {
    private volatile long last = System.nanoTime();

    Duration silence() {
      return Duration.ofNanos(System.nanoTime() - last);
    }

    <T> BodySubscriber<T> watch(BodySubscriber<T> body) {
      last = System.nanoTime();
      return new BodySubscriber<>() {
        @Override
        public CompletionStage<T> getBody() {
          return body.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
          body.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
          body.onNext(item);
          last = System.nanoTime();
        }

        @Override
        public void onError(Throwable throwable) {
          body.onError(throwable);
        }

        @Override
        public void onComplete() {
          body.onComplete();
        }
      };
    }
  }
}
