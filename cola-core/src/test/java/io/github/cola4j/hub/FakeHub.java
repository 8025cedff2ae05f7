package io.github.cola4j.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hub on this machine: it resolves revisions, lists files and gives them away; large ones by a
 * redirect to a second server, as the real one does. What it is asked is noted; what it shall do
 * wrong is told before.
 */
public final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final String NEXT_COMMIT = "fedcba9876543210fedcba9876543210fedcba98";

  private static final Pattern REVISION =
      Pattern.compile("/api/(models|datasets)/(.+)/revision/(.+)");
  private static final Pattern TREE =
      Pattern.compile("/api/(models|datasets)/(.+)/tree/([0-9a-f]+)");
  private static final Pattern RESOLVE = Pattern.compile("/(.+)/resolve/([^/]+)/(.+)");
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");

  /** A request that came. */
  record Seen(String server, String method, String path, Map<String, String> headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  /** Something to go wrong, once; false leaves the request to the server. */
  @FunctionalInterface
  interface Fault {
    boolean answer(HttpExchange exchange, byte[] content) throws IOException;
  }

  private record Planned(String server, String path, Fault fault) {}

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer hub;
  private final HttpServer cdn;
  private final ConcurrentMap<String, String> revisions = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, TreeMap<String, byte[]>> commits = new ConcurrentHashMap<>();
  private final Set<String> large = ConcurrentHashMap.newKeySet();
  private final List<Planned> faults = new CopyOnWriteArrayList<>();
  final List<Seen> seen = new CopyOnWriteArrayList<>();
  volatile String repository = "owner/name";
  volatile int pageSize = Integer.MAX_VALUE;
  volatile boolean relativeRedirects;
  volatile Map<String, String> listedDigests = Map.of();
  volatile Map<String, Long> listedSizes = Map.of();

  public FakeHub() {
    hub = server("hub");
    cdn = server("cdn");
    revisions.put("main", COMMIT);
  }

  private HttpServer server(String name) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              answer(name, exchange);
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI endpoint() {
    return address(hub);
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** A small file of {@link #COMMIT}, kept by git itself. */
  FakeHub with(String path, String content) {
    return with(COMMIT, path, content.getBytes(StandardCharsets.UTF_8));
  }

  public FakeHub with(String commit, String path, byte[] content) {
    commits.computeIfAbsent(commit, c -> new TreeMap<>()).put(path, content);
    return this;
  }

  /** A large file of {@link #COMMIT}, which git LFS keeps on the second server. */
  public FakeHub withLarge(String path, byte[] content) {
    large.add(path);
    return with(COMMIT, path, content);
  }

  public void revision(String revision, String commit) {
    revisions.put(revision, commit);
  }

  /** The next request to a server ("hub" or "cdn") whose path has this part goes wrong. */
  void plan(String server, String path, Fault fault) {
    faults.add(new Planned(server, path, fault));
  }

  static Fault status(int status, String... headers) {
    return (exchange, content) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
      return true;
    };
  }

  /** Promises all that was asked for, and hangs up after some bytes. */
  static Fault cutAfter(int bytes) {
    return (exchange, content) -> {
      int from = from(exchange);
      if (from > 0) {
        contentRange(exchange, from, content.length);
      }
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
      exchange.getResponseBody().write(content, from, bytes);
      exchange.getResponseBody().flush();
      return true;
    };
  }

  /** All of this in place of the content, whatever part was asked for. */
  static Fault content(byte[] other) {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, other.length);
      exchange.getResponseBody().write(other);
      return true;
    };
  }

  public List<String> asked() {
    return seen.stream().map(request -> request.method() + " " + request.path()).toList();
  }

  /** Requests for contents. */
  long downloads() {
    return seen.stream().filter(request -> request.path().contains("/resolve/")).count();
  }

  Seen last(String server) {
    return seen.stream().filter(s -> s.server().equals(server)).reduce((a, b) -> b).orElseThrow();
  }

  @Override
  public void close() {
    hub.stop(0);
    cdn.stop(0);
    threads.shutdownNow();
  }

  private void answer(String server, HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((key, values) -> headers.put(key, values.get(0)));
    seen.add(new Seen(server, exchange.getRequestMethod(), path, headers));
    Matcher resolve = RESOLVE.matcher(path);
    byte[] content =
        resolve.matches()
            ? commits
                .getOrDefault(decoded(resolve.group(2)), new TreeMap<>())
                .get(decoded(resolve.group(3)))
            : null;
    for (Planned planned : faults) {
      if (planned.server().equals(server) && path.contains(planned.path())) {
        faults.remove(planned);
        if (planned.fault().answer(exchange, content)) {
          return;
        }
      }
    }
    Matcher revision = REVISION.matcher(path);
    Matcher tree = TREE.matcher(path);
    if (revision.matches() && isRepository(revision.group(2))) {
      String commit = revisions.get(decoded(revision.group(3)));
      if (commit == null) {
        status(404, "X-Error-Code", "RevisionNotFound").answer(exchange, null);
      } else {
        json(exchange, "{\"id\":\"" + repository + "\",\"sha\":\"" + commit + "\"}");
      }
    } else if (tree.matches() && isRepository(tree.group(2))) {
      tree(exchange, tree.group(3));
    } else if (content == null) {
      status(404, "X-Error-Code", "RepoNotFound").answer(exchange, null);
    } else {
      resolve(server, exchange, resolve.group(2), decoded(resolve.group(3)), content);
    }
  }

  private boolean isRepository(String name) {
    return name.equals(repository);
  }

  private void tree(HttpExchange exchange, String commit) throws IOException {
    List<Map.Entry<String, byte[]>> files = List.copyOf(commits.get(commit).entrySet());
    String query = exchange.getRequestURI().getQuery();
    Matcher cursor = Pattern.compile("cursor=(\\d+)").matcher(query);
    int from = cursor.find() ? Integer.parseInt(cursor.group(1)) : 0;
    int to = (int) Math.min(files.size(), (long) from + pageSize);
    StringBuilder json =
        new StringBuilder("[{\"type\":\"directory\",\"path\":\"d\",\"oid\":\"0\"}");
    for (Map.Entry<String, byte[]> file : files.subList(from, to)) {
      String path = file.getKey();
      long size = listedSizes.getOrDefault(path, (long) file.getValue().length);
      String digest = listedDigests.getOrDefault(path, etag(path, file.getValue()));
      json.append(",{\"type\":\"file\",\"path\":\"").append(path.replace("\\", "\\\\"));
      json.append("\",\"size\":").append(size);
      if (large.contains(path)) {
        json.append(",\"oid\":\"").append(gitSha1(new byte[] {1})).append("\",\"lfs\":{\"oid\":\"");
        json.append(digest).append("\",\"size\":").append(size).append(",\"pointerSize\":130}");
      } else {
        json.append(",\"oid\":\"").append(digest).append('"');
      }
      json.append('}');
    }
    if (to < files.size()) {
      exchange
          .getResponseHeaders()
          .set(
              "Link",
              "<"
                  + endpoint()
                  + exchange.getRequestURI().getPath()
                  + "?recursive=true&cursor="
                  + to
                  + ">; rel=\"next\"");
    }
    json(exchange, json.append(']').toString());
  }

  private void resolve(
      String server, HttpExchange exchange, String commit, String path, byte[] content)
      throws IOException {
    if (server.equals("hub")) {
      String etag = '"' + etag(path, content) + '"';
      exchange.getResponseHeaders().set("X-Repo-Commit", revisions.getOrDefault(commit, commit));
      exchange.getResponseHeaders().set("ETag", etag);
      if (large.contains(path)) {
        exchange.getResponseHeaders().set("X-Linked-Etag", etag);
        exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(content.length));
        String target = exchange.getRequestURI().getRawPath();
        String location =
            relativeRedirects && !target.startsWith("/moved")
                ? "/moved" + target
                : address(cdn) + target;
        exchange.getResponseHeaders().set("Location", location);
        exchange.sendResponseHeaders(302, -1);
        return;
      }
    } else {
      exchange.getResponseHeaders().set("ETag", "\"of-the-storage\"");
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    int from = from(exchange);
    if (from >= content.length && from > 0) {
      status(416).answer(exchange, content);
      return;
    }
    if (from > 0) {
      contentRange(exchange, from, content.length);
    }
    int length = content.length - from;
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, length == 0 ? -1 : length);
    exchange.getResponseBody().write(content, from, length);
  }

  static void contentRange(HttpExchange exchange, int from, int length) {
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (length - 1) + "/" + length);
  }

  static int from(HttpExchange exchange) {
    Matcher range =
        RANGE.matcher(
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse(""));
    return range.matches() ? Integer.parseInt(range.group(1)) : 0;
  }

  private static void json(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private String etag(String path, byte[] content) {
    return large.contains(path) ? sha256(content) : gitSha1(content);
  }

  static String sha256(byte[] content) {
    return hex("SHA-256", content);
  }

  static String gitSha1(byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + content.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return hex("SHA-1", all);
  }

  private static String hex(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
