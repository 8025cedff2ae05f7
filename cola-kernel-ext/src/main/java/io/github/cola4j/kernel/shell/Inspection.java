package io.github.cola4j.kernel.shell;

import io.github.cola4j.kernel.notebook.Helps;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** What stands at the cursor: signature and Javadoc, or the help of a magic. */
final class Inspection {
  private final JavaShell java;
  private final Magics magics;
  private final Parts parts;

  Inspection(JavaShell java, Magics magics, Parts parts) {
    this.java = java;
    this.magics = magics;
    this.parts = parts;
  }

  /** Null if there is nothing to say. */
  DisplayData at(String code, int cursor) {
    String before = code.substring(0, end(code, cursor));
    List<Part> all = parts.of(before);
    if (all.isEmpty()) {
      return null;
    }
    Part last = all.get(all.size() - 1);
    if (!(last instanceof Part.Java)) {
      // All of its line, also what stands behind the cursor.
      String line = code.substring(last.start()).lines().findFirst().orElse("");
      return help(line.split("\\s", 2));
    }
    List<Documentation> found =
        new UnfinishedJava(java.shell())
            .look(
                ((Part.Java) last).text(),
                text -> {
                  List<Documentation> docs =
                      java.analysis().documentation(text, text.length(), true);
                  // The name alone of a method says nothing to JShell.
                  return docs.isEmpty()
                      ? java.analysis().documentation(text + "(", text.length() + 1, true)
                      : docs;
                });
    return found.isEmpty() ? null : show(found);
  }

  /** The end of the name at the cursor, with the bracket of a call, which tells a method's name. */
  private static int end(String code, int cursor) {
    int end = cursor;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    int bracket = end;
    while (bracket < code.length() && " \t".indexOf(code.charAt(bracket)) >= 0) {
      bracket++;
    }
    return bracket < code.length() && code.charAt(bracket) == '(' ? bracket + 1 : end;
  }

  /**
   * @param line the name of a magic, and its arguments if there are any
   */
  private DisplayData help(String[] line) {
    Helps magic = magics.find(line[0], Helps.class);
    if (magic == null) {
      return null;
    }
    String help = magic.help(line.length < 2 ? List.of() : Words.read(line[1] + " ").whole());
    DisplayData shown = new DisplayData(help);
    shown.putHTML("<pre>" + Javadoc.escape(help) + "</pre>");
    return shown;
  }

  private static DisplayData show(List<Documentation> found) {
    DisplayData shown =
        new DisplayData(
            found.stream()
                .map(d -> d.signature() + "\n" + Javadoc.plain(d.javadoc()))
                .map(String::strip)
                .collect(Collectors.joining("\n\n")));
    shown.putHTML(
        found.stream()
            .map(
                d ->
                    "<p><code><b>"
                        + Javadoc.escape(d.signature())
                        + "</b></code></p><pre style=\"white-space: pre-wrap\">"
                        + Javadoc.escape(Javadoc.plain(d.javadoc()))
                        + "</pre>")
            .collect(Collectors.joining("<hr>")));
    return shown;
  }
}
