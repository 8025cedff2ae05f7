package io.github.cola4j.kernel.work;

import io.github.cola4j.kernel.notebook.CellError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that replace those of a spec, as a cell has them: {@code training.epochs=2}. */
public final class Overrides {
  private static final Pattern PAIR =
      Pattern.compile("([A-Za-z_][\\w.\"]*)\\s*=(.*)", Pattern.DOTALL);

  private Overrides() {}

  /** Whether a word is one. */
  public static boolean isOne(String word) {
    return PAIR.matcher(word).matches();
  }

  /**
   * By their keys.
   *
   * @throws CellError if a word is none
   */
  public static Map<String, String> of(List<String> words) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String word : words) {
      Matcher pair = PAIR.matcher(word);
      if (!pair.matches()) {
        throw CellError.perhaps("\"" + word + "\" is no key=value", "write training.epochs=2");
      }
      all.put(pair.group(1), pair.group(2).strip());
    }
    return all;
  }
}
