package io.github.cola4j.kernel.shell;

import io.github.cola4j.kernel.notebook.Completes;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;

/** What can stand at the cursor. */
final class Completion {
  private static final Pattern NAME = Pattern.compile("[ \\t]*(%%?[\\w.-]*)");

  private final JavaShell java;
  private final Magics magics;
  private final Parts parts;

  Completion(JavaShell java, Magics magics, Parts parts) {
    this.java = java;
    this.magics = magics;
    this.parts = parts;
  }

  /**
   * The possible words, and what of the cell they take the place of.
   *
   * @param cursor its place in characters
   */
  ReplacementOptions at(String code, int cursor) {
    String before = code.substring(0, cursor);
    int line = before.lastIndexOf('\n') + 1;
    Matcher name = NAME.matcher(before.substring(line));
    // The name of a magic becomes one for the parts as soon as it has a letter.
    if (name.matches() && !(last(before + "x") instanceof Part.Java)) {
      return new ReplacementOptions(
          magics.beginningWith(name.group(1)), line + name.start(1), cursor);
    }
    Part last = last(before);
    if (last instanceof Part.LineMagic magic) {
      return arguments("%" + magic.name(), magic.arguments(), before);
    }
    if (last instanceof Part.CellMagic magic) {
      boolean first = before.indexOf('\n', magic.start()) < 0;
      return first ? arguments("%%" + magic.name(), magic.arguments(), before) : nothing(cursor);
    }
    return last instanceof Part.Java found
        ? java(found, cursor)
        : java(new Part.Java(cursor, ""), cursor);
  }

  private Part last(String before) {
    List<Part> all = parts.of(before);
    if (all.isEmpty()
        || (before.endsWith("\n") && all.get(all.size() - 1) instanceof Part.LineMagic)) {
      return null;
    }
    return all.get(all.size() - 1);
  }

  private ReplacementOptions arguments(String name, String arguments, String before) {
    Completes magic = magics.find(name, Completes.class);
    int cursor = before.length();
    if (magic == null) {
      return nothing(cursor);
    }
    // Arguments as they stand in the cell, with blanks at their end.
    String typed = before.substring(before.lastIndexOf(name) + name.length());
    Words words = Words.read(typed);
    String last = words.last() == null ? "" : words.last();
    List<String> found = magic.complete(words.whole(), last);
    return new ReplacementOptions(found, cursor - typed.length() + words.lastStart(), cursor);
  }

  private ReplacementOptions java(Part.Java part, int cursor) {
    return new UnfinishedJava(java.shell())
        .look(
            part.text(),
            text -> {
              int[] anchor = {text.length()};
              Set<String> found = new LinkedHashSet<>();
              java.analysis().completionSuggestions(text, text.length(), anchor).stream()
                  .sorted(Comparator.comparing((Suggestion s) -> !s.matchesType()))
                  .forEach(s -> found.add(s.continuation()));
              int start = cursor - (text.length() - anchor[0]);
              return new ReplacementOptions(List.copyOf(found), start, cursor);
            });
  }

  private static ReplacementOptions nothing(int cursor) {
    return new ReplacementOptions(List.of(), cursor, cursor);
  }
}
