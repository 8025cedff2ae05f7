package io.github.cola4j.data;

/**
 * A row, ready for a model.
 *
 * @param ids token ids {@code [length]}
 * @param types token types {@code [length]}
 * @param labels what the model shall predict: the class, or {@link #NO_LABEL} ({@code [1]});
 *     nothing where a number is learned ({@code [0]}); for a causal model each token of {@code ids}
 *     that counts and {@link #NO_LABEL} for the others, not shifted ({@code [length]}); or the
 *     tokens of the target ({@code [target length]})
 * @param score the number to predict; 0 where none is learned
 * @param row its number in the data set, from 0
 */
public record Example(int[] ids, int[] types, int[] labels, float score, int row) {
  /** The label of a row or token that has none; what losses ignore in PyTorch. */
  public static final int NO_LABEL = -100;

  /** A row with a class. */
  public static Example ofClass(int[] ids, int[] types, int label, int row) {
    return new Example(ids, types, new int[] {label}, 0, row);
  }

  /** How many tokens there are. */
  public int length() {
    return ids.length;
  }
}
