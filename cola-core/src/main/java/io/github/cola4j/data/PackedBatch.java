package io.github.cola4j.data;

import io.github.cola4j.tensor.Packing;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A batch without padding: the tokens of its rows one after the other, the shortest row first, so
 * that rows of one length are neighbours.
 *
 * @param rows the data set's row that each packed row is [rows]; rows of one length are ordered by
 *     the length of their labels, and then keep the batch's order
 * @param packing where each row lies among the tokens
 * @param ids token ids [tokens]
 * @param types token types [tokens]
 * @param labelPacking where each row lies among the labels
 * @param labels what each row shall predict, as {@link Example#labels} has it [labels]; for classes
 *     that is one a row [rows]
 * @param scores the number of each row, 0 where none is learned [rows]
 */
public record PackedBatch(
    int[] rows,
    Packing packing,
    int[] ids,
    int[] types,
    Packing labelPacking,
    int[] labels,
    float[] scores)
    implements Batch {

  /** Packs the rows of a batch; at least one. */
  public static PackedBatch of(List<Example> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch has a row or more");
    }
    List<Example> sorted =
        batch.stream()
            .sorted(
                Comparator.comparingInt(Example::length)
                    .thenComparingInt(example -> example.labels().length))
            .toList();
    float[] scores = new float[sorted.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = sorted.get(i).score();
    }
    return new PackedBatch(
        sorted.stream().mapToInt(Example::row).toArray(),
        packing(sorted, Example::ids),
        packed(sorted, Example::ids),
        packed(sorted, Example::types),
        packing(sorted, Example::labels),
        packed(sorted, Example::labels),
        scores);
  }

  /**
   * A batch that is packed already, with a class for each row.
   *
   * @param classes the class of each row, or {@link Example#NO_LABEL} [rows]
   */
  public static PackedBatch ofClasses(
      int[] rows, Packing packing, int[] ids, int[] types, int[] classes) {
    int[] ones = new int[classes.length];
    Arrays.fill(ones, 1);
    return new PackedBatch(
        rows, packing, ids, types, new Packing(ones), classes, new float[classes.length]);
  }

  private static Packing packing(List<Example> rows, Function<Example, int[]> part) {
    return new Packing(rows.stream().mapToInt(row -> part.apply(row).length).toArray());
  }

  private static int[] packed(List<Example> rows, Function<Example, int[]> part) {
    return rows.stream().flatMapToInt(row -> IntStream.of(part.apply(row))).toArray();
  }
}
