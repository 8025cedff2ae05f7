package io.github.cola4j.data;

/**
 * Scales images as Pillow and torchvision do: bilinear, where each new pixel is the mean of all old
 * ones below it, weighted by a triangle, so that nothing is left out when an image gets smaller.
 * Java's own bilinear interpolation looks at four pixels only.
 */
final class Scaling {
  private Scaling() {}

  /** What a new pixel is made of: old pixels from {@code first} on, and their weights. */
  private record Weights(int first, double[] weights) {}

  /**
   * An image at another size.
   *
   * @param image [channels, shape's height, shape's width]
   * @return [channels, height, width]
   */
  static byte[] bilinear(byte[] image, ImageShape shape, int height, int width) {
    ImageShape narrow = new ImageShape(shape.channels(), shape.height(), width);
    ImageShape scaled = new ImageShape(shape.channels(), height, width);
    byte[] columns = new byte[narrow.size()];
    Weights[] across = weights(shape.width(), width);
    for (int line = 0; line < shape.channels() * shape.height(); line++) {
      for (int x = 0; x < width; x++) {
        columns[line * width + x] = sum(image, line * shape.width(), 1, across[x]);
      }
    }
    byte[] values = new byte[scaled.size()];
    Weights[] down = weights(shape.height(), height);
    for (int c = 0; c < shape.channels(); c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          values[(c * height + y) * width + x] =
              sum(columns, c * shape.height() * width + x, width, down[y]);
        }
      }
    }
    return values;
  }

  private static byte sum(byte[] values, int start, int step, Weights of) {
    double sum = 0.5;
    for (int i = 0; i < of.weights.length; i++) {
      sum += of.weights[i] * (values[start + (of.first + i) * step] & 0xff);
    }
    return (byte) Math.min(255, (int) sum);
  }

  private static Weights[] weights(int from, int to) {
    double scale = (double) from / to;
    double reach = Math.max(1, scale);
    Weights[] all = new Weights[to];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - reach + 0.5));
      int last = Math.min(from, (int) (centre + reach + 0.5));
      double[] weights = new double[last - first];
      double total = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = Math.max(0, 1 - Math.abs(first + k - centre + 0.5) / reach);
        total += weights[k];
      }
      for (int k = 0; k < weights.length; k++) {
        weights[k] /= total;
      }
      all[i] = new Weights(first, weights);
    }
    return all;
  }
}
