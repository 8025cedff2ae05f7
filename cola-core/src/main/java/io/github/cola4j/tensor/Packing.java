package io.github.cola4j.tensor;

/**
 * How the rows of a batch lie packed: one after the other, real tokens only, no padding anywhere.
 * An array over them is {@code [tokens, …]}.
 *
 * @param lengths tokens of each row; attention has least to do where rows of like length are
 *     neighbours
 */
public record Packing(int[] lengths) {

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

  /** The index of the last token of each row. */
  public int[] lasts() {
    int[] lasts = offsets();
    for (int row = 0; row < lasts.length; row++) {
      lasts[row] += lengths[row] - 1;
    }
    return lasts;
  }
}
