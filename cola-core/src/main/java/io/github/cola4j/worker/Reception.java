package io.github.cola4j.worker;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;

/**
 * Waits on a loopback port for the one child that knows the token. Whoever else calls (any process
 * of the machine can) is turned away, and the waiting goes on.
 */
final class Reception implements Closeable {
  /** Bytes of the largest frame from a caller who has not shown the token yet. */
  static final int MAX_HELLO = 4096;

  private static final int HELLO_MILLIS = 30_000;

  private final ServerSocket server;
  private final String token;
  private final CompletableFuture<Connection> child = new CompletableFuture<>();

  Reception() throws IOException {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    token = HexFormat.of().formatHex(secret);
    server = new ServerSocket(0, 8, loopback());
    Daemon.start("cola-worker-reception", this::acceptAll);
  }

  /** 127.0.0.1, whatever the two JVMs prefer of IPv4 and IPv6. */
  static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
  }

  int port() {
    return server.getLocalPort();
  }

  /** The secret for the child; good for one connection. */
  String token() {
    return token;
  }

  /**
   * The child's connection, after its hello. Fails with a {@link ProtocolException} if the child
   * speaks another protocol, and is cancelled when the reception closes.
   */
  CompletableFuture<Connection> child() {
    return child;
  }

  private void acceptAll() {
    while (!child.isDone()) {
      try {
        Socket caller = server.accept();
        // A caller who says nothing must not keep the child waiting.
        Daemon.start("cola-worker-hello", () -> welcome(caller));
      } catch (IOException e) {
        child.cancel(false);
      }
    }
    try {
      server.close(); // whoever waits to be accepted still would wait for ever
    } catch (IOException e) {
      // Nobody is accepted any more either way.
    }
  }

  private void welcome(Socket caller) {
    try {
      Connection connection = new Connection(caller);
      connection.setReceiveTimeout(HELLO_MILLIS);
      if (!(connection.receive(MAX_HELLO) instanceof Message.Hello hello)
          || !isToken(hello.token())) {
        connection.send(new Message.Refused("the token is wrong"));
        connection.close();
        return;
      }
      if (hello.protocol() != Message.PROTOCOL) {
        String reason =
            "the worker speaks protocol "
                + hello.protocol()
                + " and the front end "
                + Message.PROTOCOL
                + ": two versions of cola-core are at work";
        connection.send(new Message.Refused(reason));
        connection.close();
        child.completeExceptionally(new ProtocolException(reason, null));
        return;
      }
      connection.setReceiveTimeout(0);
      if (!child.complete(connection)) {
        connection.close();
      }
    } catch (IOException e) {
      close(caller);
    }
  }

  private boolean isToken(String shown) {
    return shown != null
        && MessageDigest.isEqual(
            shown.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    child.cancel(false);
  }
}
