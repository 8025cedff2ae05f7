package io.github.cola4j.data;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Regular expressions that try exponentially many ways on some text, such as {@code (a+)+$}: a
 * repeated group with an unlimited repetition inside. The tokenizers library gives such a search up
 * after ten million steps, and ends the process with it.
 *
 * <p>Others that come to as many steps, such as {@code (a|a)*$}, are not told from harmless ones.
 */
final class RunawayExpression {
  private RunawayExpression() {}

  static boolean is(String regex) {
    Deque<Boolean> outer = new ArrayDeque<>(); // of each open group, whether it repeats without end
    boolean repeats = false;
    boolean closed = false; // whether the group just closed repeats without end inside
    int brackets = 0;
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      boolean afterRunaway = closed;
      closed = false;
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        brackets++;
      } else if (c == ']' && brackets > 0) {
        brackets--;
      } else if (brackets == 0) {
        if (c == '(') {
          outer.push(repeats);
          repeats = false;
        } else if (c == ')' && !outer.isEmpty()) {
          closed = repeats;
          repeats |= outer.pop();
        } else if (isUnlimited(regex, i)) {
          if (afterRunaway) {
            return true;
          }
          repeats = true;
        }
      }
    }
    return false;
  }

  private static boolean isUnlimited(String regex, int at) {
    char c = regex.charAt(at);
    // {n,} has no end, and one with a large end is as bad
    return c == '*' || c == '+' || c == '{' && regex.indexOf(',', at) > 0;
  }
}
