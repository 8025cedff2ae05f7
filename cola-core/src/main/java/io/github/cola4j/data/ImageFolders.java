package io.github.cola4j.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * PNG and JPEG files in a folder with a folder for each class, as torchvision's ImageFolder has
 * them: {@code train/cat/1.png}, {@code train/dog/1.jpg}.
 */
public final class ImageFolders {
  private static final Pattern IMAGE =
      Pattern.compile(".*\\.(png|jpg|jpeg)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private ImageFolders() {}

  /**
   * A size that images are scaled to.
   *
   * @param height in pixels
   * @param width in pixels
   */
  public record Size(int height, int width) {}

  /** An image that will be read, its class, and its place among the images of that. */
  private record Entry(Path file, int label, int place) {}

  /**
   * Reads the images of all classes, sorted by the class's name and then the file's. Files and
   * folders whose names begin with a dot, and files with other extensions than png, jpg and jpeg,
   * are passed over; folders in a class's folder are not looked into.
   *
   * @param channels 1 for grey, 3 for red, green and blue; by default as the first image has it
   * @param size what all images are scaled to; by default they have one size
   * @param limit how many images to read at most: the first of each class, then the second of each,
   *     and so on
   * @throws DataException where there is no such folder, no folder of a class in it, a class
   *     without images, an image that cannot be decoded or is unlike the first one, or more images
   *     than memory has room for
   */
  public static ImageTable read(
      Path folder, OptionalInt channels, Optional<Size> size, OptionalInt limit) {
    int most = limit.orElse(Integer.MAX_VALUE);
    if (most < 1) {
      throw new IllegalArgumentException("limit is 1 or more, not " + most);
    }
    List<Path> classes = classes(folder);
    List<Entry> entries = entries(classes, most);
    List<byte[]> pixels = new ArrayList<>();
    ImageShape shape = null;
    for (Entry entry : entries) {
      ImageFile.Pixels image = ImageFile.read(entry.file, channels);
      if (size.isPresent()) {
        image = image.scaled(size.get().height(), size.get().width());
      }
      if (shape == null) {
        shape = image.shape();
        MemoryBound.check(
            folder,
            (long) entries.size() * shape.size(),
            entries.size() + " images of " + shape + " (channels × height × width)",
            "Set data.image_size or a limit");
      }
      if (!shape.equals(image.shape())) {
        throw unlike(entry.file, image.shape(), entries.get(0).file, shape);
      }
      pixels.add(image.values());
    }
    return new ImageTable(
        folder,
        shape,
        pixels,
        entries.stream().mapToInt(Entry::label).toArray(),
        classes.stream().map(ImageFolders::imageClass).toList());
  }

  /**
   * The images that {@link #read} reads, in its order.
   *
   * @throws DataException as there, but for what is in the images
   */
  static List<Path> files(Path folder, OptionalInt limit) {
    return entries(classes(folder), limit.orElse(Integer.MAX_VALUE)).stream()
        .map(Entry::file)
        .toList();
  }

  /**
   * All images in a folder and the folders in it, sorted by name, those in folders last; what is
   * hidden is passed over.
   *
   * @throws DataException if there is no such folder, or no image
   */
  public static List<Path> all(Path folder) {
    List<Path> images = new ArrayList<>();
    collect(folder, images);
    if (images.isEmpty()) {
      throw new DataException(
          folder,
          0,
          "has no images: there is no file that ends in .png, .jpg or .jpeg",
          "Name a folder of images");
    }
    return images;
  }

  private static void collect(Path folder, List<Path> images) {
    images.addAll(listed(folder, ImageFolders::isImage));
    // Not through links, which may lead in a circle.
    listed(folder, path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
        .forEach(inner -> collect(inner, images));
  }

  private static List<Path> classes(Path folder) {
    List<Path> classes = listed(folder, Files::isDirectory);
    if (classes.isEmpty()) {
      throw new DataException(
          folder,
          0,
          listed(folder, ImageFolders::isImage).isEmpty()
              ? "has no folders"
              : "has images, but no folders",
          "Put the images of each class into a folder with the class's name in it");
    }
    return classes;
  }

  private static List<Entry> entries(List<Path> classes, int limit) {
    List<List<Path>> files = new ArrayList<>();
    for (Path folder : classes) {
      List<Path> images = listed(folder, ImageFolders::isImage);
      if (images.isEmpty()) {
        throw new DataException(
            folder,
            0,
            "a class without images: there is no file that ends in .png, .jpg or .jpeg",
            "Put images into it or take it out");
      }
      files.add(images);
    }
    return IntStream.range(0, files.size())
        .boxed()
        .flatMap(
            c ->
                IntStream.range(0, files.get(c).size())
                    .mapToObj(i -> new Entry(files.get(c).get(i), c, i)))
        .sorted(Comparator.comparingInt(Entry::place))
        .limit(limit)
        .sorted(Comparator.comparingInt(Entry::label).thenComparingInt(Entry::place))
        .toList();
  }

  private static boolean isImage(Path file) {
    return IMAGE.matcher(file.getFileName().toString()).matches() && Files.isRegularFile(file);
  }

  private static ImageClass imageClass(Path folder) {
    String name = folder.getFileName().toString();
    return new ImageClass(name, name, folder);
  }

  /** What is in a folder and not hidden, sorted by name. */
  private static List<Path> listed(Path folder, Predicate<Path> which) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> !path.getFileName().toString().startsWith("."))
          .filter(which)
          .sorted(Comparator.comparing(path -> path.getFileName().toString()))
          .toList();
    } catch (NoSuchFileException e) {
      throw new DataException(folder, 0, "no such folder", "Check the path");
    } catch (NotDirectoryException e) {
      throw new DataException(
          folder, 0, "is a file, not a folder", "Name the folder that has a folder for each class");
    } catch (UncheckedIOException e) {
      throw DataException.unreadable(folder, e.getCause());
    } catch (IOException e) {
      throw DataException.unreadable(folder, e);
    }
  }

  private static DataException unlike(
      Path file, ImageShape shape, Path first, ImageShape expected) {
    return new DataException(
        file,
        0,
        "is "
            + shape
            + " (channels × height × width); "
            + first
            + " is "
            + expected
            + ", and a model reads images of one shape",
        shape.channels() == expected.channels()
            ? "Set data.image_size, to which all are scaled"
            : "Set data.image_channels (1 for grey, 3 for colours), to which all are converted");
  }
}
