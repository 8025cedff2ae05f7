package io.github.cola4j.kernel.work;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Executors;

/** A Maven repository in a folder, for file URLs, or behind a server of this JVM. */
record TestRepository(Path folder) {

  /** A jar with a POM, whose dependencies are XML. */
  void deploy(String artifactId, String version, String dependencies) throws IOException {
    write(
        artifactId,
        version,
        ".pom",
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>it.acme</groupId>
          <artifactId>%s</artifactId>
          <version>%s</version>
          <dependencies>%s</dependencies>
        </project>
        """
            .formatted(artifactId, version, dependencies)
            .getBytes());
    write(artifactId, version, ".jar", ("jar of " + artifactId).getBytes());
  }

  /** A file beside the jar: {@code -sources.jar}, say. */
  void write(String artifactId, String version, String end, byte[] content) throws IOException {
    Path at = folder.resolve("it/acme").resolve(artifactId).resolve(version);
    Files.createDirectories(at);
    Path file = Files.write(at.resolve(artifactId + "-" + version + end), content);
    Files.writeString(at.resolve(file.getFileName() + ".sha1"), sha1(content));
  }

  private static String sha1(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String dependency(String artifactId, String scope, boolean optional) {
    return """
        <dependency>
          <groupId>it.acme</groupId>
          <artifactId>%s</artifactId>
          <version>1.0</version>
          <scope>%s</scope>
          <optional>%s</optional>
        </dependency>
        """
        .formatted(artifactId, scope, optional);
  }

  /** How a server answers a request for a file of the repository. */
  interface Answer {
    void to(HttpExchange exchange, byte[] content) throws IOException, InterruptedException;
  }

  static Answer whole() {
    return (exchange, content) -> {
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    };
  }

  /** Only to who has this password. */
  static Answer to(String user, String password) {
    String wanted =
        "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes());
    return (exchange, content) -> {
      if (wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        whole().to(exchange, content);
      } else {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"acme\"");
        exchange.sendResponseHeaders(401, -1);
      }
    };
  }

  /** Serves the folder until the server is stopped. */
  HttpServer serve(Answer answer) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
            if (Files.isRegularFile(file)) {
              answer.to(exchange, Files.readAllBytes(file));
            } else {
              exchange.sendResponseHeaders(404, -1);
            }
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    server.start();
    return server;
  }

  static String url(HttpServer server) {
    return "http://localhost:" + server.getAddress().getPort() + "/";
  }
}
