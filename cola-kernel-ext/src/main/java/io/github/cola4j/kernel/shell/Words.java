package io.github.cola4j.kernel.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a magic's line. Blanks part words; quotes, {@code "…"} and {@code '…'}, keep blanks
 * within a word and may be empty; within quotes a backslash before the quote or before a backslash
 * stands for that character, and every other backslash for itself, so that paths of Windows need no
 * care outside of quotes.
 *
 * @param whole the words that are ended by a blank
 * @param last what follows the last blank, unquoted; null if there is nothing
 * @param lastStart where {@code last} begins in the line
 * @param open the quote that isn't closed; 0 if there is none
 */
record Words(List<String> whole, String last, int lastStart, char open) {
  /** All words of a line. */
  static List<String> of(String line) {
    Words words = read(line);
    if (words.open != 0) {
      throw CellFailure.of(
          "MagicError", "The quote " + words.open + " is not closed in: " + line.strip());
    }
    List<String> all = new ArrayList<>(words.whole);
    if (words.last != null) {
      all.add(words.last);
    }
    return List.copyOf(all);
  }

  /** The words of a line that may not be finished. */
  static Words read(String line) {
    List<String> whole = new ArrayList<>();
    StringBuilder word = null;
    int start = line.length();
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        if (word != null) {
          whole.add(word.toString());
          word = null;
          start = line.length();
        }
        continue;
      }
      if (word == null) {
        word = new StringBuilder();
        start = i;
      }
      if (quote != 0
          && c == '\\'
          && i + 1 < line.length()
          && escapable(line.charAt(i + 1), quote)) {
        word.append(line.charAt(++i));
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'') && opens(word, line, i)) {
        quote = c;
      } else {
        word.append(c);
      }
    }
    return new Words(List.copyOf(whole), word == null ? null : word.toString(), start, quote);
  }

  private static boolean escapable(char next, char quote) {
    return next == quote || next == '\\';
  }

  /** An apostrophe within a word ({@code don't}) is no quote; after {@code key=} it is. */
  private static boolean opens(StringBuilder word, String line, int at) {
    return line.charAt(at) == '"'
        || word.isEmpty()
        || !Character.isLetterOrDigit(line.charAt(at - 1));
  }
}
