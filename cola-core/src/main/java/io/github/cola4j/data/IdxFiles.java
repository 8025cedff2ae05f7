package io.github.cola4j.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Images and their labels in two files of MNIST's IDX format, plain or packed by gzip. */
public final class IdxFiles {
  private IdxFiles() {}

  /**
   * Reads images and labels, all of them unsigned bytes. A file's first bytes tell whether gzip
   * packed it.
   *
   * @param images [images, height, width] or [images, channels, height, width]
   * @param labels the class of each image, from 0 [images]
   * @param limit how many images to read at most, the first
   * @throws DataException where a file is missing, no IDX file, cut short, too long, damaged, of
   *     other dimensions, without images, or too large for memory; where there are more or fewer
   *     labels than images
   */
  public static ImageTable read(Path images, Path labels, OptionalInt limit) {
    int most = limit.orElse(Integer.MAX_VALUE);
    if (most < 1) {
      throw new IllegalArgumentException("limit is 1 or more, not " + most);
    }
    try (IdxFile pictures = new IdxFile(images, "images", List.of(3, 4));
        IdxFile classes = new IdxFile(labels, "labels", List.of(1))) {
      long count = pictures.dimensions()[0];
      if (count == 0) {
        throw new DataException(images, 0, "has no images", "Put at least one image into it");
      }
      if (classes.dimensions()[0] != count) {
        throw new DataException(
            labels,
            0,
            "has " + classes.dimensions()[0] + " labels for the " + count + " images of " + images,
            "Give two files that belong together");
      }
      ImageShape shape = shape(images, pictures.dimensions());
      List<byte[]> pixels = pictures.items(shape.size(), most);
      byte[] ids = classes.bytes(most);
      int[] written = IntStream.range(0, ids.length).map(i -> ids[i] & 0xff).toArray();
      int greatest = Arrays.stream(written).max().orElseThrow();
      return new ImageTable(
          images,
          shape,
          pixels,
          written,
          IntStream.rangeClosed(0, greatest)
              .mapToObj(id -> new ImageClass(String.valueOf(id), "LABEL_" + id, labels))
              .toList());
    }
  }

  private static ImageShape shape(Path file, long[] dimensions) {
    long channels = dimensions.length == 4 ? dimensions[1] : 1;
    long height = dimensions[dimensions.length - 2];
    long width = dimensions[dimensions.length - 1];
    // Each of the three is below 2^32: in double precision no product of them overflows.
    double size = (double) channels * height * width;
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new DataException(
          file,
          0,
          "by its header has images of " + channels + " × " + height + " × " + width,
          "The sides of an image are 1 or more, and its values at most " + Integer.MAX_VALUE);
    }
    return new ImageShape((int) channels, (int) height, (int) width);
  }
}
