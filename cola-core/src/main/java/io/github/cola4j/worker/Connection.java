package io.github.cola4j.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;

/**
 * Messages over a socket: each is a frame of four bytes of length (big endian) and that many bytes
 * of UTF-8 JSON. Sending is safe from several threads; one thread receives.
 */
final class Connection implements Closeable {
  /** Bytes of the largest frame; an event is some hundred. */
  static final int MAX_FRAME = 16 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  Connection(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  /** Sends a message, and does not return before the system has it. */
  void send(Message message) throws IOException {
    byte[] json = JSON.writeValueAsBytes(message);
    if (json.length > MAX_FRAME) {
      throw new ProtocolException(
          "a message of " + json.length + " bytes is larger than a frame may be, " + MAX_FRAME,
          null);
    }
    synchronized (out) {
      out.writeInt(json.length);
      out.write(json);
      out.flush();
    }
  }

  /**
   * The next message, or null at the end of the stream, be it within a frame (a process that was
   * killed).
   *
   * @throws ProtocolException if the frame is larger than {@code limit} bytes, or no message
   */
  Message receive(int limit) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    byte[] rest = in.readNBytes(3);
    if (rest.length < 3) {
      return null;
    }
    int length = first << 24 | (rest[0] & 0xff) << 16 | (rest[1] & 0xff) << 8 | (rest[2] & 0xff);
    if (length < 0 || length > limit) {
      throw new ProtocolException(
          "a frame of " + Integer.toUnsignedString(length) + " bytes, at most " + limit, null);
    }
    byte[] json = in.readNBytes(length);
    if (json.length < length) {
      return null;
    }
    try {
      Message message = JSON.readValue(json, Message.class);
      if (message == null) {
        throw new ProtocolException("an empty message", null);
      }
      return message;
    } catch (JsonProcessingException e) {
      throw new ProtocolException("a frame that is no message: " + e.getOriginalMessage(), e);
    }
  }

  /** Says that nothing more will be sent; what the other side sends can be received still. */
  void finish() throws IOException {
    socket.shutdownOutput();
  }

  /** How long the next {@link #receive} waits before it fails; 0 for ever. */
  void setReceiveTimeout(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
