package io.github.cola4j.model;

import io.github.cola4j.tensor.Packing;

/** Where tokens stand in their rows, counted from 0; a cache's tokens stand before new ones. */
final class Positions {
  private Positions() {}

  /**
   * The position of each packed token.
   *
   * @param cache what the rows hold already; null: nothing
   * @param limit the most tokens of a row
   * @throws ModelException if a row has more
   */
  static int[] of(Packing packing, KeyValueCache cache, int limit) {
    int[] positions = new int[packing.tokens()];
    int[] held = cache != null && cache.filled() ? cache.lengths() : new int[packing.rows()];
    int token = 0;
    for (int row = 0; row < packing.rows(); row++) {
      int first = held[row];
      int length = packing.lengths()[row];
      if (first + length > limit) {
        throw new ModelException(
            "a row has %d tokens, but the model has %d positions; cut the text, or lower data.max_length or max_new_tokens"
                .formatted(first + length, limit));
      }
      for (int t = 0; t < length; t++) {
        positions[token++] = first + t;
      }
    }
    return positions;
  }
}
