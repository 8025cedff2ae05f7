package io.github.cola4j.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A batch without padding: the tokens of its rows one after the other, the shortest row first. Rows
 * of one length are neighbours ({@link #runs()}), so that attention can see each such run as a view
 * {@code [count, length, …]} of the packed activations {@code [tokens, hidden]}.
 *
 * @param rows the data set's row that each packed row is {@code [size]}; rows of one length keep
 *     the batch's order
 * @param lengths tokens of each row, rising {@code [size]}
 * @param ids token ids {@code [tokens]}
 * @param types token types {@code [tokens]}
 * @param positions 0, 1, … within each row {@code [tokens]}
 * @param offsets where each row starts among the tokens, and behind the last their number {@code
 *     [size + 1]}
 * @param labels the class of each row, or {@link Example#NO_LABEL} {@code [size]}
 */
public record PackedBatch(
    int[] rows,
    int[] lengths,
    long[] ids,
    long[] types,
    long[] positions,
    int[] offsets,
    int[] labels) {

  /**
   * Neighbouring rows of one length.
   *
   * @param count how many rows
   * @param length tokens of each
   */
  public record Run(int count, int length) {}

  /** Packs the rows of a batch; at least one. */
  public static PackedBatch of(List<Example> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("a batch has a row or more");
    }
    List<Example> sorted = batch.stream().sorted(Comparator.comparingInt(Example::length)).toList();
    int size = sorted.size();
    int tokens = sorted.stream().mapToInt(Example::length).sum();
    PackedBatch packed =
        new PackedBatch(
            sorted.stream().mapToInt(Example::row).toArray(),
            sorted.stream().mapToInt(Example::length).toArray(),
            new long[tokens],
            new long[tokens],
            new long[tokens],
            new int[size + 1],
            sorted.stream().mapToInt(Example::label).toArray());
    int token = 0;
    for (int r = 0; r < size; r++) {
      Example example = sorted.get(r);
      for (int p = 0; p < example.length(); p++, token++) {
        packed.ids[token] = example.ids()[p];
        packed.types[token] = example.types()[p];
        packed.positions[token] = p;
      }
      packed.offsets[r + 1] = token;
    }
    return packed;
  }

  /** How many rows there are. */
  public int size() {
    return rows.length;
  }

  /** How many tokens all rows have together. */
  public int tokens() {
    return ids.length;
  }

  /** The rows as runs of one length, in their order. */
  public List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int from = 0, to; from < lengths.length; from = to) {
      to = from + 1;
      while (to < lengths.length && lengths[to] == lengths[from]) {
        to++;
      }
      runs.add(new Run(to - from, lengths[from]));
    }
    return runs;
  }
}
