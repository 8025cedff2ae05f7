package io.github.cola4j.data;

/**
 * The tokens of a text or a pair of texts, special tokens included and nothing padded.
 *
 * @param ids token ids {@code [length]}
 * @param types 0 for the first text and 1 for the second where the model tells them apart, else 0
 *     {@code [length]}
 */
public record Encoded(int[] ids, int[] types) {
  /** How many tokens there are. */
  public int length() {
    return ids.length;
  }
}
