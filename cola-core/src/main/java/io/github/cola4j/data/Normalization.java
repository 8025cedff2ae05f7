package io.github.cola4j.data;

import java.util.Arrays;
import java.util.List;

/**
 * Brings the values of images to mean 0 and deviation 1, each channel by itself, as the paper's
 * code does: {@code (v / 255 − mean) / std}, of bytes {@code v}.
 *
 * @param mean of each channel, where values go from 0 to 1 [channels]
 * @param std the standard deviation of each channel [channels]
 */
public record Normalization(float[] mean, float[] std) {
  private static final int VALUES = 256;

  public Normalization {
    if (mean.length == 0 || mean.length != std.length) {
      throw new IllegalArgumentException(
          "a mean and a deviation for each channel, not " + mean.length + " and " + std.length);
    }
    for (int c = 0; c < mean.length; c++) {
      if (!Float.isFinite(mean[c]) || !Float.isFinite(std[c]) || std[c] <= 0) {
        throw new IllegalArgumentException(
            "finite means and positive deviations, not "
                + Arrays.toString(mean)
                + " and "
                + Arrays.toString(std));
      }
    }
  }

  /**
   * What normalises these images, those of training: mean and deviation over all their pixels,
   * counted exactly. A channel with one value only gets the deviation 1.
   */
  public static Normalization of(ImageTable train) {
    return of(List.of(train));
  }

  /** The same for images of several tables of one shape, whoever owns these: over all of them. */
  public static Normalization of(List<ImageTable> train) {
    ImageShape shape = train.get(0).shape();
    List<byte[]> images = train.stream().flatMap(table -> table.pixels().stream()).toList();
    int plane = shape.height() * shape.width();
    float[] mean = new float[shape.channels()];
    float[] std = new float[shape.channels()];
    for (int c = 0; c < mean.length; c++) {
      long[] counts = new long[VALUES];
      for (byte[] image : images) {
        for (int i = c * plane; i < (c + 1) * plane; i++) {
          counts[image[i] & 0xff]++;
        }
      }
      double all = (double) plane * images.size();
      double sum = 0;
      for (int v = 0; v < VALUES; v++) {
        sum += counts[v] * (v / 255.0);
      }
      double squares = 0;
      for (int v = 0; v < VALUES; v++) {
        double off = v / 255.0 - sum / all;
        squares += counts[v] * off * off;
      }
      boolean constant = Arrays.stream(counts).filter(count -> count > 0).count() == 1;
      mean[c] = (float) (sum / all);
      std[c] = constant ? 1 : (float) Math.sqrt(squares / all);
    }
    return new Normalization(mean, std);
  }

  /**
   * The values of images as a model reads them.
   *
   * @param images one byte a value, each image [channels, height, width]
   * @return [images, channels, height, width]
   */
  float[] apply(List<byte[]> images, ImageShape shape) {
    if (mean.length != shape.channels()) {
      throw new IllegalArgumentException(
          "means of " + mean.length + " channels, images of " + shape.channels());
    }
    float[][] normal = new float[mean.length][VALUES];
    for (int c = 0; c < mean.length; c++) {
      for (int v = 0; v < VALUES; v++) {
        normal[c][v] = (v / 255f - mean[c]) / std[c];
      }
    }
    float[] values = new float[Math.multiplyExact(images.size(), shape.size())];
    int plane = shape.height() * shape.width();
    int at = 0;
    for (byte[] image : images) {
      for (int i = 0; i < image.length; i++) {
        values[at++] = normal[i / plane][image[i] & 0xff];
      }
    }
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Normalization that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "mean " + Arrays.toString(mean) + ", std " + Arrays.toString(std);
  }
}
