package io.github.cola4j.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file of arguments for the {@code java} launcher ({@code java @file}): a class path may be
 * longer than the system lets a command line be.
 */
final class ArgumentFile {
  private ArgumentFile() {}

  /**
   * Writes one argument a line.
   *
   * @throws IOException if the file cannot be written, or an argument has a character that this
   *     system's file names cannot have
   */
  static void write(Path file, List<String> arguments) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String argument : arguments) {
      text.append(quote(argument)).append('\n');
    }
    // The launcher passes the bytes on as they are, and the JVM decodes them like file names.
    Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    try {
      ByteBuffer bytes = names.newEncoder().encode(CharBuffer.wrap(text));
      byte[] exact = new byte[bytes.remaining()];
      bytes.get(exact);
      Files.write(file, exact);
    } catch (CharacterCodingException e) {
      throw new IOException(
          "the worker's class path or arguments have a character that this system's locale ("
              + names
              + ") cannot express; set LC_ALL=C.UTF-8, or another UTF-8 locale",
          e);
    }
  }

  /** In quotes, where the launcher takes a backslash for an escape. */
  static String quote(String argument) {
    return '"'
        + argument
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t")
            .replace("\f", "\\f")
        + '"';
  }
}
