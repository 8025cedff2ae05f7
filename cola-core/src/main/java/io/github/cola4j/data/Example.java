package io.github.cola4j.data;

/**
 * A row, ready for a model.
 *
 * @param ids token ids {@code [length]}
 * @param types token types {@code [length]}
 * @param labels what is learned: of a classification one class, or {@link #NO_LABEL}; of causal
 *     language modelling one for each token, the token itself or {@link #NO_LABEL}; of sequence to
 *     sequence the target's tokens; of a regression none
 * @param score the value of a regression, else 0
 * @param row its number in the data set, from 0
 */
public record Example(int[] ids, int[] types, int[] labels, float score, int row) {
  /** The label of what has none; what losses ignore in PyTorch. */
  public static final int NO_LABEL = -100;

  /** A row of a classification. */
  public static Example classified(int[] ids, int[] types, int label, int row) {
    return new Example(ids, types, new int[] {label}, 0, row);
  }

  /** How many tokens there are. */
  public int length() {
    return ids.length;
  }
}
