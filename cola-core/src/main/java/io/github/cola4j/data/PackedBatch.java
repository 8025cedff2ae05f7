package io.github.cola4j.data;

import io.github.cola4j.tensor.Packing;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch without padding: the tokens of its rows one after the other, the shortest row first, so
 * that rows of one length are neighbours.
 *
 * @param rows the data set's row that each packed row is [rows]; rows of one length keep the
 *     batch's order
 * @param packing where each row lies among the tokens
 * @param ids token ids [tokens]
 * @param types token types [tokens]
 * @param labelPacking where each row lies among the labels
 * @param labels what is learned, as {@link Example} says [labels]
 * @param scores the values of a regression [rows]
 */
public record PackedBatch(
    int[] rows,
    Packing packing,
    int[] ids,
    int[] types,
    Packing labelPacking,
    int[] labels,
    float[] scores) {

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
        new Packing(sorted.stream().mapToInt(Example::length).toArray()),
        sorted.stream().flatMapToInt(example -> IntStream.of(example.ids())).toArray(),
        sorted.stream().flatMapToInt(example -> IntStream.of(example.types())).toArray(),
        new Packing(sorted.stream().mapToInt(example -> example.labels().length).toArray()),
        sorted.stream().flatMapToInt(example -> IntStream.of(example.labels())).toArray(),
        scores);
  }

  /** How many rows there are. */
  public int size() {
    return rows.length;
  }
}
