package io.github.cola4j.model;

import io.github.cola4j.tensor.Packing;

/**
 * The real tokens of a batch, packed.
 *
 * @param packing where each row lies
 * @param ids [tokens] token ids
 * @param types [tokens] token type ids: 0 for the first text of a pair, 1 for the second
 */
public record Tokens(Packing packing, int[] ids, int[] types) {

  /** One token of each row [rows]. */
  static Tokens oneOfEachRow(int[] ids) {
    return new Tokens(Packing.ofSingles(ids.length), ids, new int[ids.length]);
  }
}
