package io.github.cola4j.data;

/**
 * The shape of an image, [channels, height, width].
 *
 * @param channels 1 for grey, 3 for red, green and blue
 * @param height in pixels
 * @param width in pixels
 */
public record ImageShape(int channels, int height, int width) {
  public ImageShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "an image has a channel, a row and a column or more, not "
              + text(channels, height, width));
    }
    if ((double) channels * height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "an image of " + text(channels, height, width) + " has more values than an array");
    }
  }

  /** How many values an image has. */
  public int size() {
    return channels * height * width;
  }

  /** As errors write it: {@code 3 × 224 × 224}. */
  @Override
  public String toString() {
    return text(channels, height, width);
  }

  private static String text(int channels, int height, int width) {
    return channels + " × " + height + " × " + width;
  }
}
