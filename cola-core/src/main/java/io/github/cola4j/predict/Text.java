package io.github.cola4j.predict;

/**
 * A text, or a pair of texts.
 *
 * @param second null for none
 */
public record Text(String first, String second) {
  /** A single text. */
  public static Text of(String text) {
    return new Text(text, null);
  }
}
