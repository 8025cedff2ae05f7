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
 * @param labels the class of each row, or {@link Example#NO_LABEL} [rows]
 */
public record PackedBatch(int[] rows, Packing packing, int[] ids, int[] types, int[] labels) {

  /** Packs the rows of a batch; at least one. */
  public static PackedBatch of(List<Example> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch has a row or more");
    }
    List<Example> sorted = batch.stream().sorted(Comparator.comparingInt(Example::length)).toList();
    return new PackedBatch(
        sorted.stream().mapToInt(Example::row).toArray(),
        new Packing(sorted.stream().mapToInt(Example::length).toArray()),
        sorted.stream().flatMapToInt(example -> IntStream.of(example.ids())).toArray(),
        sorted.stream().flatMapToInt(example -> IntStream.of(example.types())).toArray(),
        sorted.stream().mapToInt(Example::label).toArray());
  }

  /** How many rows there are. */
  public int size() {
    return rows.length;
  }
}
