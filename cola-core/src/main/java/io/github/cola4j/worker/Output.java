package io.github.cola4j.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** What a child prints: handed on line by line, the end of it kept for when the child crashes. */
final class Output {
  private static final int KEPT_LINES = 60;

  /** Characters after which a line is cut in two, so that one without an end fills no heap. */
  static final int LONGEST_LINE = 8192;

  private final Deque<String> last = new ArrayDeque<>();
  private final Consumer<String> log;

  Output(Consumer<String> log) {
    this.log = log;
  }

  /** Reads to the end, whatever the log does, so that the child never waits for a full pipe. */
  void drain(InputStream stream) {
    try (Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      StringBuilder line = new StringBuilder();
      char[] some = new char[8192];
      for (int n; (n = reader.read(some)) >= 0; ) {
        for (int i = 0; i < n; i++) {
          char c = some[i];
          if (c != '\n' && c != '\r') {
            line.append(c);
          }
          if (c == '\n' || line.length() >= LONGEST_LINE) {
            take(line);
          }
        }
      }
      if (line.length() > 0) {
        take(line);
      }
    } catch (IOException e) {
      // The pipe broke: that was all.
    }
  }

  private void take(StringBuilder text) {
    String line = text.toString();
    text.setLength(0);
    synchronized (last) {
      if (last.size() == KEPT_LINES) {
        last.removeFirst();
      }
      last.addLast(line);
    }
    try {
      log.accept(line);
    } catch (RuntimeException e) {
      // A log that fails must not stop the child; its last lines are kept above.
    }
  }

  List<String> lastLines() {
    synchronized (last) {
      return List.copyOf(last);
    }
  }
}
