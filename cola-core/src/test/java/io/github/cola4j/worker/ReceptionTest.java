package io.github.cola4j.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers on the loopback port that are not the child, or not one that this side understands. */
@Timeout(180)
class ReceptionTest {
  private Reception reception;

  @BeforeEach
  void open() throws IOException {
    reception = new Reception();
  }

  @AfterEach
  void close() throws IOException {
    reception.close();
  }

  private Connection call() throws IOException {
    return new Connection(new Socket(Reception.loopback(), reception.port()));
  }

  private void childIsStillWelcome() throws Exception {
    assertFalse(reception.child().isDone());
    try (Connection child = call()) {
      child.send(new Message.Hello(Message.PROTOCOL, reception.token()));
      Connection parent = reception.child().get();
      parent.send(new Message.Stop("hello"));
      assertEquals(new Message.Stop("hello"), child.receive(1000));
    }
  }

  @Test
  void aWrongTokenIsRefusedAndTheChildStillWelcome() throws Exception {
    try (Connection stranger = call()) {
      stranger.send(new Message.Hello(Message.PROTOCOL, "0".repeat(64)));
      assertInstanceOf(Message.Refused.class, stranger.receive(1000));
      assertNull(stranger.receive(1000));
    }
    try (Connection stranger = call()) {
      stranger.send(new Message.Hello(Message.PROTOCOL, null));
      assertInstanceOf(Message.Refused.class, stranger.receive(1000));
    }
    childIsStillWelcome();
  }

  @Test
  void aSilentCallerKeepsNobodyWaiting() throws Exception {
    try (Socket silent = new Socket(Reception.loopback(), reception.port())) {
      childIsStillWelcome();
      assertTrue(silent.isConnected());
    }
  }

  @Test
  void framesThatAreNoneAreRefused() throws Exception {
    byte[] tooLong = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] negative = {-1, -1, -1, -1, 0};
    byte[] noJson = {0, 0, 0, 3, 'a', 'b', 'c'};
    byte[] noMessage = {0, 0, 0, 2, '{', '}'};
    byte[] nothing = {0, 0, 0, 4, 'n', 'u', 'l', 'l'};
    for (byte[] bytes : new byte[][] {tooLong, negative, noJson, noMessage, nothing}) {
      try (Socket stranger = new Socket(Reception.loopback(), reception.port())) {
        new DataOutputStream(stranger.getOutputStream()).write(bytes);
        assertEquals(-1, endOf(stranger));
      }
    }
    childIsStillWelcome();
  }

  /** -1 once the other side hung up, be it with bytes of ours unread. */
  private static int endOf(Socket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void anotherProtocolIsAnError() throws Exception {
    try (Connection child = call()) {
      child.send(new Message.Hello(Message.PROTOCOL + 1, reception.token()));
      assertInstanceOf(Message.Refused.class, child.receive(1000));
      var error = assertThrows(ExecutionException.class, () -> reception.child().get());
      assertTrue(error.getMessage().contains("two versions of cola-core"), error.getMessage());
    }
  }

  @Test
  void aTokenIsGoodOnceAndForOneWorker() throws Exception {
    childIsStillWelcome();
    assertThrows(IOException.class, this::callAgain);
    try (Reception other = new Reception()) {
      assertNotEquals(reception.token(), other.token());
    }
  }

  private void callAgain() throws IOException {
    try (Connection second = call()) {
      second.send(new Message.Hello(Message.PROTOCOL, reception.token()));
      if (second.receive(1000) == null) {
        throw new IOException("hung up");
      }
    }
  }

  @Test
  void aFrameCutShortIsTheEndOfTheStream() throws Exception {
    try (Socket socket = new Socket(Reception.loopback(), reception.port())) {
      Connection cut = new Connection(socket);
      cut.send(new Message.Hello(Message.PROTOCOL, reception.token()));
      Connection parent = reception.child().get();
      socket.getOutputStream().write(new byte[] {0, 0, 0, 9, '{'});
      socket.shutdownOutput();
      assertNull(parent.receive(1000));
    }
  }

  @Test
  void aChildWithTheWrongTokenIsTurnedAway() throws Exception {
    assertEquals(WorkerMain.EXIT_REFUSED, child("wrong"));
    assertFalse(reception.child().isDone());
    assertEquals(WorkerMain.EXIT_REFUSED, child(null));
  }

  private int child(String token) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                WorkerCommand.currentJava().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    if (token != null) {
      builder.environment().put(WorkerMain.PORT, Integer.toString(reception.port()));
      builder.environment().put(WorkerMain.TOKEN, token);
    }
    return builder.start().waitFor();
  }
}
