package io.github.cola4j.kernel.shell;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.Diag;

/** What the compiler says, with the place in the cell. */
final class CompileErrors {
  private static final String NAME = "CompileError";

  private CompileErrors() {}

  /**
   * The error of a snippet.
   *
   * @param start where the snippet begins in the cell
   */
  static CellFailure of(List<Diag> diagnostics, int cell, String code, int start) {
    List<String> lines = new ArrayList<>();
    String first = null;
    for (Diag diagnostic : diagnostics) {
      if (!diagnostic.isError()) {
        continue;
      }
      int from = start + (int) Math.max(0, diagnostic.getStartPosition());
      int to = start + (int) Math.max(0, diagnostic.getEndPosition());
      // Where javac puts its caret, for instance below an operator or at the end of a line.
      int at = start + (int) Math.max(0, diagnostic.getPosition());
      String message = diagnostic.getMessage(null).strip();
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.addAll(show(message, cell, code, at, from, to));
      if (first == null) {
        first =
            "line "
                + Place.of(cell, code, at).line()
                + ": "
                + message.lines().findFirst().orElse("");
      }
    }
    return CellFailure.of(NAME, first, lines, null);
  }

  /** Input that ends too early. */
  static CellFailure incomplete(int cell, String code, int start) {
    int from = start;
    while (from < code.length() && Character.isWhitespace(code.charAt(from))) {
      from++;
    }
    String message =
        "incomplete input: the cell ends within what begins here; a bracket, a quote or a semicolon is missing";
    Place place = Place.of(cell, code, from);
    return CellFailure.of(
        NAME,
        "line " + place.line() + ": " + message,
        show(message, cell, code, from, from, from),
        null);
  }

  private static List<String> show(
      String message, int cell, String code, int at, int from, int to) {
    List<String> lines = new ArrayList<>();
    at = Math.min(at, code.length());
    int begin = code.lastIndexOf('\n', at - 1) + 1;
    int end = code.indexOf('\n', at);
    end = end < 0 ? code.length() : end;
    int left = Math.max(begin, Math.min(from, at));
    int right = Math.max(Math.min(to, end), at + 1);
    lines.add(
        "error in " + Place.of(cell, code, at) + ": " + message.lines().findFirst().orElse(""));
    lines.add("    " + code.substring(begin, end));
    lines.add(
        "    "
            + code.substring(begin, left).replaceAll("[^\t]", " ")
            + "~".repeat(Math.max(0, at - left))
            + "^"
            + "~".repeat(Math.max(0, right - at - 1)));
    message
        .lines()
        .skip(1)
        // Speaks of the class that JShell wraps around snippets.
        .filter(line -> !line.strip().startsWith("location:"))
        .forEach(lines::add);
    return lines;
  }
}
