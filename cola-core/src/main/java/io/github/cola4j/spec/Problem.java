package io.github.cola4j.spec;

/**
 * One thing that is wrong with a spec, told so that the user can put it right.
 *
 * @param file the spec file's name, or {@code override} for a value given from outside the file
 * @param line the line of the key, counted from 1; 0 where no line can be named
 * @param key the key's full name, say {@code adapter.r}; empty for the file as a whole
 * @param found what was found, say {@code found "many"}
 * @param fix what to do about it; may be empty
 */
public record Problem(String file, int line, String key, String found, String fix) {
  /** One line of text: {@code cola.yaml:12: adapter.rank: unknown key; did you mean "r"?} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line);
    }
    text.append(": ");
    if (!key.isEmpty()) {
      text.append(key).append(": ");
    }
    text.append(found);
    if (!fix.isEmpty()) {
      text.append("; ").append(fix);
    }
    return text.toString();
  }
}
