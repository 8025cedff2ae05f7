package io.github.cola4j.data;

import java.util.Arrays;
import java.util.List;

/**
 * Encoded rows, in memory: five bytes a token and four a label. What makes them of a file is there
 * for each kind of rows: {@link LabelledTexts}, {@link PlainTexts}, {@link Prompts}, {@link
 * Conversations} and {@link SourcesAndTargets}.
 */
public final class Dataset implements Rows<PackedBatch> {
  private final int[] ids;
  private final byte[] types;
  private final int[] starts;
  private final int[] labels;
  private final int[] labelStarts;
  private final float[] scores;

  /** Arrays that go from one row to the next, and where each row starts and the last one ends. */
  Dataset(int[] ids, byte[] types, int[] starts, int[] labels, int[] labelStarts, float[] scores) {
    this.ids = ids;
    this.types = types;
    this.starts = starts;
    this.labels = labels;
    this.labelStarts = labelStarts;
    this.scores = scores;
  }

  @Override
  public int size() {
    return scores.length;
  }

  /** How many tokens all rows have together. */
  public int tokens() {
    return ids.length;
  }

  /** How many tokens row {@code i} has. */
  @Override
  public int length(int i) {
    return starts[i + 1] - starts[i];
  }

  /** Row {@code i}, from 0. */
  public Example get(int i) {
    int start = starts[i];
    int end = starts[i + 1];
    int[] rowTypes = new int[end - start];
    for (int t = start; t < end; t++) {
      rowTypes[t - start] = types[t];
    }
    return new Example(
        Arrays.copyOfRange(ids, start, end),
        rowTypes,
        Arrays.copyOfRange(labels, labelStarts[i], labelStarts[i + 1]),
        scores[i],
        i);
  }

  /** The rows of several data sets, one set after the other; at least one set. */
  public static Dataset joined(List<Dataset> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    DatasetBuilder joined = new DatasetBuilder(parts.stream().mapToInt(Dataset::size).sum());
    for (Dataset part : parts) {
      for (int row = 0; row < part.size(); row++) {
        Example example = part.get(row);
        joined.add(new Encoded(example.ids(), example.types()), example.labels(), example.score());
      }
    }
    return joined.build();
  }

  /** The rows of a batch, in its order. */
  public List<Example> get(int[] batch) {
    return Arrays.stream(batch).mapToObj(this::get).toList();
  }

  @Override
  public PackedBatch batch(int[] rows) {
    return PackedBatch.of(get(rows));
  }
}
