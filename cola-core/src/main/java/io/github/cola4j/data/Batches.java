package io.github.cola4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Cuts an order of rows into batches. */
public final class Batches {
  private Batches() {}

  /** Batches of {@code batchSize} rows one after the other; the last one may be shorter. */
  public static List<int[]> of(int[] order, int batchSize) {
    return IntStream.range(0, count(order.length, batchSize))
        .map(b -> b * batchSize)
        .mapToObj(
            from ->
                Arrays.copyOfRange(order, from, from + Math.min(batchSize, order.length - from)))
        .toList();
  }

  /**
   * The same, with batches that cost no more than so much together, but for rows that cost more
   * alone.
   *
   * @param cost of a row, see {@link Rows#length}
   */
  public static List<int[]> of(int[] order, int batchSize, IntUnaryOperator cost, long most) {
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    long costs = 0;
    for (int at = 0; at < order.length; at++) {
      int own = cost.applyAsInt(order[at]);
      if (at > from && (at - from == batchSize || costs + own > most)) {
        batches.add(Arrays.copyOfRange(order, from, at));
        from = at;
        costs = 0;
      }
      costs += own;
    }
    if (from < order.length) {
      batches.add(Arrays.copyOfRange(order, from, order.length));
    }
    return batches;
  }

  /** How many batches so many rows make. */
  public static int count(int rows, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch_size is 1 or more, not " + batchSize);
    }
    return (int) ((rows - 1L + batchSize) / batchSize);
  }
}
