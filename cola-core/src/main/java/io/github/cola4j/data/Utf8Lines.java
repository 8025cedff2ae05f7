package io.github.cola4j.data;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The lines of a UTF-8 file, decoded one at a time, so that a byte that is no UTF-8 is reported
 * with its line, and nothing behind the lines asked for is looked at. A byte order mark is skipped.
 */
final class Utf8Lines implements Closeable {
  private final Path file;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private int line;

  Utf8Lines(Path file) {
    this.file = file;
    if (Files.isDirectory(file)) {
      throw new DataException(file, 0, "is a folder", "Name a file in it");
    }
    try {
      this.in = Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new DataException(file, 0, "no such file", "Check the path");
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The next line with what ends it; null at the end of the file. */
  String next() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try {
      for (boolean ended = false; !ended && (from < to || fill()); ) {
        int end = from;
        while (end < to && buffer[end] != '\n') {
          end++;
        }
        ended = end < to;
        end = ended ? end + 1 : end;
        bytes.write(buffer, from, end - from);
        from = end;
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    if (bytes.size() == 0) {
      return null;
    }
    line++;
    String text = decode(bytes.toByteArray());
    return line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** The number of the line that was read last, from 1. */
  int line() {
    return line;
  }

  /** The rest of the file as characters; it never reads ahead of the line it is asked for. */
  Reader reader() {
    return new Reader() {
      private String text = "";
      private int at;

      @Override
      public int read(char[] target, int offset, int length) {
        while (at == text.length()) {
          text = next();
          at = 0;
          if (text == null) {
            text = "";
            return -1;
          }
        }
        int count = Math.min(length, text.length() - at);
        text.getChars(at, at + count, target, offset);
        at += count;
        return count;
      }

      @Override
      public void close() throws IOException {
        Utf8Lines.this.close();
      }
    };
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  DataException unreadable(IOException cause) {
    return DataException.unreadable(file, cause);
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }

  private String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new DataException(
          file, line, "holds bytes that are not UTF-8", "Save the file as UTF-8");
    }
  }
}
