package io.github.cola4j.data;

import java.util.Arrays;
import java.util.List;

/** Images with a class each, in memory: one byte a value, normalised when a batch is made. */
public final class Images implements Rows<ImageBatch> {
  private final ImageShape shape;
  private final List<byte[]> pixels;
  private final int[] labels;
  private final Normalization normalization;

  /**
   * Images of training or validation.
   *
   * @param labels the classes, for validation those of training
   * @param normalization that of the training images, for validation too
   * @throws DataException where an image's class is none of {@code labels}
   */
  public Images(ImageTable table, Labels labels, Normalization normalization) {
    if (normalization.mean().length != table.shape().channels()) {
      throw new IllegalArgumentException(
          "images of " + table.shape().channels() + " channels, normalised by " + normalization);
    }
    this.shape = table.shape();
    this.pixels = table.pixels();
    this.labels = table.ids(labels);
    this.normalization = normalization;
  }

  private Images(List<Images> parts) {
    Images first = parts.get(0);
    this.shape = first.shape;
    this.pixels = parts.stream().flatMap(part -> part.pixels.stream()).toList();
    this.labels = parts.stream().flatMapToInt(part -> Arrays.stream(part.labels)).toArray();
    this.normalization = first.normalization;
  }

  /** The images of several sets of one shape, one set after the other; at least one set. */
  public static Images joined(List<Images> parts) {
    return parts.size() == 1 ? parts.get(0) : new Images(parts);
  }

  /** The shape of every image. */
  public ImageShape shape() {
    return shape;
  }

  @Override
  public int size() {
    return pixels.size();
  }

  @Override
  public int length(int row) {
    return 1;
  }

  @Override
  public ImageBatch batch(int[] rows) {
    return ImageBatch.of(
        rows,
        Arrays.stream(rows).mapToObj(pixels::get).toList(),
        shape,
        Arrays.stream(rows).map(row -> labels[row]).toArray(),
        normalization);
  }
}
