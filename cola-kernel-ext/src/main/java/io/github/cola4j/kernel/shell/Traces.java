package io.github.cola4j.kernel.shell;

import io.github.cola4j.kernel.notebook.ForUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jshell.EvalException;

/** What was thrown, with its causes, and the places in cells that it came through. */
final class Traces {
  /** As many frames of libraries are shown in a row. */
  private static final int FOREIGN = 12;

  /** As many frames are shown of one exception. */
  private static final int LONGEST = 60;

  private Traces() {}

  /**
   * The error of a snippet that threw.
   *
   * @param told what JShell says, which knows the places in snippets
   * @param thrown the same as it was thrown
   * @param places where snippets begin, by their ids
   */
  static CellFailure error(EvalException told, Throwable thrown, Map<String, Place> places) {
    List<String> lines = new ArrayList<>();
    for (Throwable each = told; each != null; each = each.getCause()) {
      String name =
          each instanceof EvalException eval
              ? eval.getExceptionClassName()
              : String.valueOf(each.getClass().getName());
      lines.add((lines.isEmpty() ? "" : "Caused by: ") + simple(name) + message(each));
      lines.addAll(frames(each.getStackTrace(), places));
    }
    if (thrown instanceof ForUser) {
      return forUser(thrown);
    }
    return CellFailure.of(simple(told.getExceptionClassName()), told.getMessage(), lines, thrown);
  }

  /** The error of a snippet that threw because it was interrupted. */
  static CellFailure interrupted(EvalException told, Map<String, Place> places) {
    return Interrupts.error(new InterruptedException(), frames(told.getStackTrace(), places));
  }

  /** The error of a magic that threw, or of a value that can't be shown. */
  static CellFailure error(Throwable thrown, String where) {
    if (thrown instanceof CellFailure error) {
      return error;
    }
    if (thrown instanceof ForUser) {
      return forUser(thrown);
    }
    if (thrown instanceof InterruptedException interrupt) {
      return Interrupts.error(interrupt, List.of("    in " + where));
    }
    List<String> lines = new ArrayList<>();
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      String begin = lines.isEmpty() ? "" : "Caused by: ";
      lines.add(begin + simple(each.getClass().getName()) + message(each));
      int shown = 0;
      for (StackTraceElement frame : each.getStackTrace()) {
        if (isOurs(frame) || ++shown > FOREIGN) {
          break;
        }
        lines.add("    at " + foreign(frame));
      }
    }
    lines.add("    in " + where);
    return CellFailure.of(simple(thrown.getClass().getName()), thrown.getMessage(), lines, thrown);
  }

  private static CellFailure forUser(Throwable thrown) {
    String text = String.valueOf(thrown.getMessage());
    return CellFailure.of(
        thrown.getClass().getSimpleName(), text, List.of(text.split("\n", -1)), thrown);
  }

  private static List<String> frames(StackTraceElement[] frames, Map<String, Place> places) {
    int last = frames.length;
    while (last > 0 && place(frames[last - 1], places) == null) {
      last--;
    }
    List<String> lines = new ArrayList<>();
    int foreign = 0;
    for (int i = 0; i < last; i++) {
      Place place = place(frames[i], places);
      if (place != null) {
        more(lines, foreign);
        foreign = 0;
        lines.add("    at " + method(frames[i]) + place);
      } else if (++foreign <= FOREIGN) {
        lines.add("    at " + frames[i]);
      }
    }
    more(lines, foreign);
    if (lines.size() <= LONGEST) {
      return lines;
    }
    // As a rule endless recursion.
    List<String> cut = new ArrayList<>(lines.subList(0, LONGEST / 2));
    more(cut, FOREIGN + lines.size() - LONGEST);
    cut.addAll(lines.subList(lines.size() - LONGEST / 2, lines.size()));
    return cut;
  }

  private static boolean isOurs(StackTraceElement frame) {
    return frame.getClassName().startsWith(Traces.class.getPackageName() + ".")
        || frame.getClassName().startsWith("org.dflib.jjava.jupyter.kernel.");
  }

  /** A frame as it is, without the class that JShell wraps around what cells declare. */
  private static String foreign(StackTraceElement frame) {
    String type = frame.getClassName();
    return type.startsWith("REPL.$JShell$")
        ? type.replaceFirst("REPL\\.\\$JShell\\$\\w+\\$?", "") + "." + frame.getMethodName()
        : frame.toString();
  }

  private static void more(List<String> lines, int foreign) {
    if (foreign > FOREIGN) {
      lines.add("    … " + (foreign - FOREIGN) + " more");
    }
  }

  /** The place in a cell; null if the frame is none of a cell. */
  private static Place place(StackTraceElement frame, Map<String, Place> places) {
    String file = frame.getFileName();
    if (file == null || !file.startsWith("#")) {
      return null;
    }
    Place start = places.get(file.substring(1));
    return start == null ? null : start.below(frame.getLineNumber() - 1);
  }

  private static String method(StackTraceElement frame) {
    String type = frame.getClassName();
    String method = frame.getMethodName();
    if (method.isEmpty() || method.startsWith("lambda$")) {
      return "";
    }
    return (type.isEmpty() ? "" : type + ".") + method + ", ";
  }

  private static String message(Throwable thrown) {
    return thrown.getMessage() == null ? "" : ": " + thrown.getMessage();
  }

  private static String simple(String name) {
    return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
  }
}
