package io.github.cola4j.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Images that were read, and the class that is written for each; at least one. */
public final class ImageTable {
  private final Path file;
  private final ImageShape shape;
  private final List<byte[]> pixels;
  private final int[] written;
  private final List<ImageClass> classes;

  /**
   * @param file where they were read from, named as the user named it: a file or a folder
   * @param pixels one byte a value, each image [channels, height, width]
   * @param written which of {@code classes} each image has
   * @param classes those that the source knows, in its order
   */
  ImageTable(
      Path file, ImageShape shape, List<byte[]> pixels, int[] written, List<ImageClass> classes) {
    this.file = file;
    this.shape = shape;
    this.pixels = List.copyOf(pixels);
    this.written = written;
    this.classes = List.copyOf(classes);
  }

  /** How many images there are. */
  public int size() {
    return pixels.size();
  }

  /** The shape of every image. */
  public ImageShape shape() {
    return shape;
  }

  /**
   * The classes that the images tell, for training: the names of their folders, or {@code LABEL_0},
   * {@code LABEL_1}, … up to the greatest number in a file of labels.
   *
   * @throws DataException where all images have one class
   */
  public Labels labels() {
    if (Arrays.stream(written).distinct().count() == 1) {
      throw new DataException(
          file,
          0,
          "every image that was read has the label '" + classes.get(written[0]).written() + "'",
          "Classification needs two labels or more: read more images, or name the labels in"
              + " data.labels");
    }
    return new Labels(classes.stream().map(ImageClass::name).toList());
  }

  /**
   * These images, if they are of the shape that a model reads.
   *
   * @param expected the shape of the images that it was trained on
   * @throws DataException where they are of another
   */
  public ImageTable ofShape(ImageShape expected) {
    if (shape.equals(expected)) {
      return this;
    }
    throw new DataException(
        file,
        0,
        "its images are " + shape + " (channels × height × width), those of training " + expected,
        shape.channels() == expected.channels()
            ? "Set data.image_size, to which images of a folder are scaled, or give images of that"
                + " size"
            : "Set data.image_channels, to which images of a folder are converted, or give images with as"
                + " many channels");
  }

  /**
   * The classes that several tables tell together.
   *
   * @throws DataException where all their images have one class
   */
  public static Labels labels(List<ImageTable> tables) {
    if (tables.size() == 1) {
      return tables.get(0).labels();
    }
    List<String> longest = List.of();
    Set<String> names = new TreeSet<>();
    for (ImageTable table : tables) {
      List<String> own = table.classes.stream().map(ImageClass::name).toList();
      names.addAll(own);
      longest = own.size() > longest.size() ? own : longest;
    }
    if (names.size() == 1) {
      tables.get(0).labels(); // says so
    }
    // Numbers are in order within each table, and one table has the others'; names are sorted.
    return new Labels(longest.size() == names.size() ? longest : List.copyOf(names));
  }

  List<byte[]> pixels() {
    return pixels;
  }

  /**
   * The class of each image.
   *
   * @throws DataException where one is none of these labels
   */
  int[] ids(Labels labels) {
    int[] ids = new int[classes.size()];
    for (int c : Arrays.stream(written).distinct().toArray()) {
      ImageClass found = classes.get(c);
      ids[c] =
          labels.id(
              found.written(),
              (problem, fix) -> new DataException(found.source(), 0, problem, fix));
    }
    return Arrays.stream(written).map(c -> ids[c]).toArray();
  }
}
