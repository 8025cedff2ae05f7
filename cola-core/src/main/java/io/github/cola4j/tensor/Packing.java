package io.github.cola4j.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * How the rows of a batch lie packed: one after the other, real tokens only, no padding anywhere.
 * An array over them is {@code [tokens, …]}.
 *
 * @param lengths tokens of each row; rows of equal length should be neighbours (see {@link #runs})
 */
public record Packing(int[] lengths) {

  /**
   * Neighbouring rows of one length; their tokens can be seen as {@code [count, length, …]} without
   * a copy.
   */
  public record Run(int count, int length) {}

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

  /**
   * The rows as runs of equal length, in order: attention works on one run at a time, so that no
   * key is padding.
   */
  public List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    int from = 0;
    for (int row = 1; row <= lengths.length; row++) {
      if (row == lengths.length || lengths[row] != lengths[from]) {
        runs.add(new Run(row - from, lengths[from]));
        from = row;
      }
    }
    return runs;
  }
}
