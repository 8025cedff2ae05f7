package io.github.cola4j.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The order in which an epoch goes through the rows: a function of seed and epoch alone, so that a
 * run that is resumed needs no saved random state.
 */
public final class EpochOrder {
  private static final int GROUPED = 50;
  private static final int PARTS = 4;

  private EpochOrder() {}

  /**
   * A permutation of {@code 0 … size − 1}, the same on every JDK: Fisher–Yates over {@link Random},
   * whose numbers its documentation lays down.
   *
   * @param epoch from 0
   */
  public static int[] of(long seed, int epoch, int size) {
    Random random = new Random(mixed(seed + 0x9E3779B97F4A7C15L * (epoch + 1L)));
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /**
   * The same order with rows of like length beside each other: sorted by length, longest first,
   * within stretches of {@value #GROUPED} batches or a quarter of the epoch, whichever is shorter,
   * as transformers' {@code LengthGroupedSampler} does; so that an epoch of few batches does not go
   * from its longest rows to its shortest each time. The longest row of all comes first, so that
   * too little memory shows at once.
   *
   * @param order of rows
   * @param length of a row, by its number
   */
  public static int[] grouped(int[] order, int batchSize, IntUnaryOperator length) {
    List<Integer> grouped = new ArrayList<>();
    int batches = Math.max(1, Math.min(order.length / PARTS / batchSize, GROUPED));
    int size = (int) Math.min((long) batches * batchSize, Integer.MAX_VALUE);
    for (int[] stretch : Batches.of(order, size)) {
      IntStream.of(stretch)
          .boxed()
          .sorted(Comparator.comparingInt(row -> -length.applyAsInt(row)))
          .forEach(grouped::add);
    }
    int longest = 0;
    for (int i = 1; i < grouped.size(); i++) {
      if (length.applyAsInt(grouped.get(i)) > length.applyAsInt(grouped.get(longest))) {
        longest = i;
      }
    }
    if (longest > 0) {
      Collections.swap(grouped, 0, longest);
    }
    return grouped.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Spreads neighbouring seeds and epochs, which Random alone would start alike (the mixing step of
   * SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
   */
  private static long mixed(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long x = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
