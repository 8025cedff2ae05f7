package io.github.cola4j.data;

import java.util.Arrays;

/** Gathers encoded rows into the flat arrays of a {@link Dataset}. */
final class DatasetBuilder {
  private final float[] scores;
  private final int[] starts;
  private final int[] labelStarts;
  private int rows;
  private int[] ids;
  private byte[] types;
  private int[] labels;

  /**
   * @param rows how many rows will be added
   */
  DatasetBuilder(int rows) {
    scores = new float[rows];
    starts = new int[rows + 1];
    labelStarts = new int[rows + 1];
    ids = new int[32 * rows];
    types = new byte[32 * rows];
    labels = new int[rows];
  }

  void add(Encoded tokens, int[] rowLabels, float score) {
    int start = starts[rows];
    int end = Math.addExact(start, tokens.length());
    if (end > ids.length) {
      int room = room(ids.length, end);
      ids = Arrays.copyOf(ids, room);
      types = Arrays.copyOf(types, room);
    }
    System.arraycopy(tokens.ids(), 0, ids, start, tokens.length());
    for (int t = 0; t < tokens.length(); t++) {
      types[start + t] = (byte) tokens.types()[t];
    }
    int labelStart = labelStarts[rows];
    int labelEnd = Math.addExact(labelStart, rowLabels.length);
    if (labelEnd > labels.length) {
      labels = Arrays.copyOf(labels, room(labels.length, labelEnd));
    }
    System.arraycopy(rowLabels, 0, labels, labelStart, rowLabels.length);
    scores[rows] = score;
    rows++;
    starts[rows] = end;
    labelStarts[rows] = labelEnd;
  }

  /** The rows that were added. */
  Dataset build() {
    return new Dataset(
        Arrays.copyOf(ids, starts[rows]),
        Arrays.copyOf(types, starts[rows]),
        starts,
        Arrays.copyOf(labels, labelStarts[rows]),
        labelStarts,
        scores);
  }

  private static int room(int present, int needed) {
    return Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 8, present * 3L / 2));
  }
}
