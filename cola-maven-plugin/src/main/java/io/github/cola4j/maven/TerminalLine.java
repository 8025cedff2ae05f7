package io.github.cola4j.maven;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;

/**
 * The last line of a terminal. Written to the console itself and not to {@code System.out}, which
 * may lead to a log file; with carriage returns and spaces alone, which every terminal understands.
 */
final class TerminalLine implements LiveLine {
  /** A longer text would wrap, and a wrapped line cannot be written over. */
  private static final int WIDTH = 79;

  private final PrintWriter terminal;
  private int shown;

  TerminalLine(PrintWriter terminal) {
    this.terminal = terminal;
  }

  /** The line, if somebody sits before a terminal that can show it. */
  static Optional<LiveLine> open(boolean interactive, Map<String, String> environment) {
    Console console = System.console();
    boolean plain =
        !interactive
            || console == null
            || !isTerminal(console)
            || environment.containsKey("NO_COLOR")
            || environment.getOrDefault("TERM", "").equals("dumb")
            || environment.containsKey("CI");
    return plain ? Optional.empty() : Optional.of(new TerminalLine(console.writer()));
  }

  /** From Java 22 on there may be a console that is no terminal, and a method that tells. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  @Override
  public void show(String text) {
    String line = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
    terminal.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
    terminal.flush();
    shown = line.length();
  }

  @Override
  public void clear() {
    if (shown > 0) {
      terminal.print("\r" + " ".repeat(shown) + "\r");
      terminal.flush();
      shown = 0;
    }
  }
}
