package io.github.cola4j.tensor;

/**
 * How a two-dimensional convolution goes over an image.
 *
 * @param kernelHeight rows of the kernel
 * @param kernelWidth columns of the kernel
 * @param strideHeight rows from one place to the next
 * @param strideWidth columns from one place to the next
 * @param paddingHeight rows of zeros above and below the image
 * @param paddingWidth columns of zeros on its left and right
 * @param dilationHeight rows from one row of the kernel to the next
 * @param dilationWidth columns from one column of the kernel to the next
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int paddingHeight,
    int paddingWidth,
    int dilationHeight,
    int dilationWidth) {

  /** How many values of one channel the kernel sees. */
  public int size() {
    return kernelHeight * kernelWidth;
  }

  /** Whether, with a stride of 1, the image keeps its size. */
  public boolean keepsSize() {
    return 2 * paddingHeight == dilationHeight * (kernelHeight - 1)
        && 2 * paddingWidth == dilationWidth * (kernelWidth - 1);
  }

  /** One that sees a single pixel at each of the same places, if {@link #keepsSize}. */
  public Window pixel() {
    return new Window(1, 1, strideHeight, strideWidth, 0, 0, 1, 1);
  }
}
