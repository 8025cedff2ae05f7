package io.github.cola4j.data;

/**
 * A row, ready for a model.
 *
 * @param ids token ids {@code [length]}
 * @param types token types {@code [length]}
 * @param label its class, or {@link #NO_LABEL}
 * @param row its number in the data set, from 0
 */
public record Example(int[] ids, int[] types, int label, int row) {
  /** The label of a row that has none; what losses ignore in PyTorch. */
  public static final int NO_LABEL = -100;

  /** How many tokens there are. */
  public int length() {
    return ids.length;
  }
}
