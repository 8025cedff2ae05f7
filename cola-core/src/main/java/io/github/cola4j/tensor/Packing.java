package io.github.cola4j.tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How the rows of a batch lie packed: one after the other, real tokens only, no padding anywhere.
 * An array over them is {@code [tokens, …]}.
 *
 * @param lengths tokens of each row; attention has least to do where rows of like length are
 *     neighbours
 */
public record Packing(int[] lengths) {

  /** Rows of one entry each. */
  public static Packing ofSingles(int rows) {
    int[] ones = new int[rows];
    Arrays.fill(ones, 1);
    return new Packing(ones);
  }

  /** Entries of which none belongs to one row, such as positions that all rows share. */
  public static Packing ofNone() {
    return new Packing(new int[0]);
  }

  /** The number of rows. */
  public int rows() {
    return lengths.length;
  }

  /** The number of tokens of all rows. */
  public int tokens() {
    int sum = 0;
    for (int length : lengths) {
      sum += length;
    }
    return sum;
  }

  /** The index of the first token of each row. */
  public int[] offsets() {
    int[] offsets = new int[lengths.length];
    for (int row = 1; row < lengths.length; row++) {
      offsets[row] = offsets[row - 1] + lengths[row - 1];
    }
    return offsets;
  }

  /** The indexes of all tokens of some rows, in the rows' order. */
  public int[] tokensOf(int[] rows) {
    int[] offsets = offsets();
    return IntStream.of(rows)
        .flatMap(row -> IntStream.range(offsets[row], offsets[row] + lengths[row]))
        .toArray();
  }

  /** The index of the last token of each row. */
  public int[] lasts() {
    int[] lasts = offsets();
    for (int row = 0; row < lasts.length; row++) {
      lasts[row] += lengths[row] - 1;
    }
    return lasts;
  }
}
