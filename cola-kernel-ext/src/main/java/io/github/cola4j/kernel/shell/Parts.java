package io.github.cola4j.kernel.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parts a cell into its magics and the Java between them. */
final class Parts {
  private static final Pattern CELL =
      Pattern.compile("\\A\\s*^[ \\t]*%%([\\w.-]+)[ \\t]*(.*)$", Pattern.MULTILINE);
  private static final Pattern LINE =
      Pattern.compile("[ \\t]*%([A-Za-z_][\\w.-]*)(?:[ \\t]+(.*))?");

  private final Predicate<String> ended;

  /**
   * @param ended whether a statement can begin after some Java, so that a line with a percent sign
   *     is no operand of it and does not stand in a text block or a comment
   */
  Parts(Predicate<String> ended) {
    this.ended = ended;
  }

  /** The parts of a cell in their order. */
  List<Part> of(String cell) {
    Matcher magic = CELL.matcher(cell);
    if (magic.find()) {
      int line = cell.indexOf('\n', magic.end());
      String body = line < 0 ? "" : cell.substring(line + 1);
      return List.of(new Part.CellMagic(cell.indexOf('%'), magic.group(1), magic.group(2), body));
    }
    List<Part> parts = new ArrayList<>();
    int java = 0;
    for (int start = 0; start < cell.length(); ) {
      int end = cell.indexOf('\n', start);
      end = end < 0 ? cell.length() : end;
      Matcher line = LINE.matcher(cell.substring(start, end).stripTrailing());
      if (line.matches() && ended.test(cell.substring(java, start))) {
        addJava(parts, java, cell.substring(java, start));
        String arguments = line.group(2) == null ? "" : line.group(2);
        parts.add(new Part.LineMagic(cell.indexOf('%', start), line.group(1), arguments));
        java = Math.min(end + 1, cell.length());
      }
      start = end + 1;
    }
    addJava(parts, java, cell.substring(java));
    return parts;
  }

  private static void addJava(List<Part> parts, int start, String text) {
    if (!text.isBlank()) {
      parts.add(new Part.Java(start, text));
    }
  }
}
