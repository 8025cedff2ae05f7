package io.github.cola4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images that go through a model together.
 *
 * @param rows the data set's rows, in the batch's order [rows]
 * @param shape of each image
 * @param pixels normalised values [rows, channels, height, width]
 * @param labels the class of each image, or {@link Example#NO_LABEL} [rows]
 */
public record ImageBatch(int[] rows, ImageShape shape, float[] pixels, int[] labels)
    implements Batch {

  /**
   * Images to tell the classes of; they are rows 0, 1, ….
   *
   * @param images as {@link ImageFile#read(java.nio.file.Path, ImageShape)} gives them; at least
   *     one
   */
  public static ImageBatch unlabelled(
      List<byte[]> images, ImageShape shape, Normalization normalization) {
    int[] labels = new int[images.size()];
    Arrays.fill(labels, Example.NO_LABEL);
    return of(IntStream.range(0, images.size()).toArray(), images, shape, labels, normalization);
  }

  static ImageBatch of(
      int[] rows, List<byte[]> images, ImageShape shape, int[] labels, Normalization normal) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("a batch has a row or more");
    }
    return new ImageBatch(rows, shape, normal.apply(images, shape), labels);
  }
}
