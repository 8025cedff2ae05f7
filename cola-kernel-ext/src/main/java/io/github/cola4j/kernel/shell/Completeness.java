package io.github.cola4j.kernel.shell;

import java.util.List;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Whether a console should run what was typed, or go on to the next line. */
final class Completeness {
  private final JavaShell java;
  private final Parts parts;

  Completeness(JavaShell java, Parts parts) {
    this.java = java;
    this.parts = parts;
  }

  /** The word of the base's, or what the next line begins with. */
  String of(String code) {
    List<Part> all = parts.of(code);
    if (all.isEmpty()) {
      return BaseKernel.IS_COMPLETE_YES;
    }
    Part last = all.get(all.size() - 1);
    if (last instanceof Part.CellMagic) {
      return code.endsWith("\n") ? BaseKernel.IS_COMPLETE_YES : "";
    }
    if (last instanceof Part.LineMagic) {
      return BaseKernel.IS_COMPLETE_YES;
    }
    String rest = ((Part.Java) last).text();
    while (true) {
      CompletionInfo info = java.analysis().analyzeCompletion(rest);
      switch (info.completeness()) {
        case EMPTY, COMPLETE_WITH_SEMI -> {
          return BaseKernel.IS_COMPLETE_YES;
        }
        case COMPLETE -> rest = info.remaining();
        case CONSIDERED_INCOMPLETE -> {
          return indent(code);
        }
        case DEFINITELY_INCOMPLETE -> {
          return indent(code);
        }
        default -> {
          return BaseKernel.IS_COMPLETE_BAD;
        }
      }
      if (rest.isBlank()) {
        return BaseKernel.IS_COMPLETE_YES;
      }
    }
  }

  /** That of the last line, and more after a bracket. */
  private static String indent(String code) {
    String trimmed = code.stripTrailing();
    String line = trimmed.substring(trimmed.lastIndexOf('\n') + 1);
    String indent = line.substring(0, line.length() - line.stripLeading().length());
    boolean opens = line.endsWith("{") || line.endsWith("(");
    return opens ? indent + "    " : indent;
  }
}
