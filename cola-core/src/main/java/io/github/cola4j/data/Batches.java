package io.github.cola4j.data;

import java.util.Arrays;
import java.util.List;
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

  /** How many batches so many rows make. */
  public static int count(int rows, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch_size is 1 or more, not " + batchSize);
    }
    return (int) ((rows - 1L + batchSize) / batchSize);
  }
}
