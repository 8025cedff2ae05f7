package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.fuzz.Bench;
import io.github.cola4j.fuzz.ByteEdits;
import io.github.cola4j.fuzz.Edit;
import io.github.cola4j.fuzz.FuzzRun;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever stands in files of images and labels, either they are read whole or refused. */
@AddLifecycleHook(FuzzRun.class)
class ImagesFuzzTest {
  private static final int[][] SHAPES = {{3, 4, 5}, {3, 2, 2, 3}, {1, 30, 40}};

  private static final List<byte[]> PICTURES =
      List.of(
          ImageBytes.noise("png", BufferedImage.TYPE_BYTE_GRAY, 5, 7),
          ImageBytes.noise("png", BufferedImage.TYPE_INT_RGB, 5, 7),
          ImageBytes.noise("png", BufferedImage.TYPE_4BYTE_ABGR, 5, 7),
          ImageBytes.noise("png", BufferedImage.TYPE_BYTE_INDEXED, 5, 7),
          ImageBytes.noise("png", BufferedImage.TYPE_BYTE_BINARY, 5, 7),
          ImageBytes.noise("jpg", BufferedImage.TYPE_BYTE_GRAY, 9, 17),
          ImageBytes.noise("jpg", BufferedImage.TYPE_INT_RGB, 9, 17));

  private static Bench idx;
  private static Bench pictures;

  /**
   * Two IDX files.
   *
   * @param shape which dimensions the images have
   * @param gzip whether the files are packed: a bit each, and one for damage before packing
   * @param dimension which number of the images' header is another
   * @param number what it is
   */
  record Input(
      int shape, int gzip, int dimension, int number, List<Edit> images, List<Edit> labels) {
    byte[] imageFile() {
      byte[] file = IdxBytes.counting(SHAPES[shape]);
      int at = 4 * dimension;
      if (dimension > 0 && dimension <= SHAPES[shape].length) {
        ByteBuffer.wrap(file).putInt(at, number);
      }
      return damaged(file, images, 1);
    }

    byte[] labelFile() {
      return damaged(IdxBytes.counting(SHAPES[shape][0]), labels, 2);
    }

    private byte[] damaged(byte[] file, List<Edit> edits, int bit) {
      if ((gzip & bit) == 0) {
        return ByteEdits.apply(file, edits);
      }
      return (gzip & 4) == 0
          ? ByteEdits.apply(IdxBytes.gzip(file), edits)
          : IdxBytes.gzip(ByteEdits.apply(file, edits));
    }
  }

  @BeforeContainer
  static void open() {
    idx = new Bench("idx");
    pictures = new Bench("pictures");
  }

  @AfterContainer
  static void close() {
    idx.close();
    pictures.close();
  }

  @Provide
  Arbitrary<Input> inputs() {
    return Combinators.combine(
            Arbitraries.integers().between(0, SHAPES.length - 1),
            Arbitraries.integers().between(0, 7),
            Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(1, 4))),
            Arbitraries.oneOf(Arbitraries.integers(), Arbitraries.integers().between(0, 9)),
            Edit.seldom(3),
            Edit.seldom(3))
        .as(Input::new);
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Edit.upTo(3);
  }

  @Property
  void idxFilesAreReadOrRefused(@ForAll("inputs") Input input, @ForAll("limits") OptionalInt limit)
      throws Exception {
    Path images = idx.write("images", input.imageFile());
    Path labels = idx.write("labels", input.labelFile());
    idx.attempt(
        () -> {
          try {
            sane(IdxFiles.read(images, labels, limit), limit);
            return true;
          } catch (DataException e) {
            assertTrue(List.of(images, labels).contains(e.file()), e.getMessage());
            return false;
          }
        });
  }

  @Provide
  Arbitrary<OptionalInt> limits() {
    return Arbitraries.of(OptionalInt.empty(), OptionalInt.of(2));
  }

  @Property
  void picturesAreDecodedOrRefused(@ForAll("pictures") int which, @ForAll("edits") List<Edit> edits)
      throws Exception {
    Path file = pictures.write("picture", ByteEdits.apply(PICTURES.get(which), edits));
    ImageShape shape = new ImageShape(3, 4, 4);
    pictures.attempt(
        () -> {
          try {
            assertEquals(shape.size(), ImageFile.read(file, shape).length);
            ImageFile.Pixels pixels = ImageFile.read(file, OptionalInt.empty());
            assertEquals(pixels.shape().size(), pixels.values().length);
            return true;
          } catch (DataException e) {
            assertEquals(file, e.file());
            return false;
          }
        });
  }

  @Provide
  Arbitrary<Integer> pictures() {
    return Arbitraries.integers().between(0, PICTURES.size() - 1);
  }

  private static void sane(ImageTable table, OptionalInt limit) {
    assertTrue(table.size() >= 1 && table.size() <= limit.orElse(Integer.MAX_VALUE));
    table.pixels().forEach(image -> assertEquals(table.shape().size(), image.length));
    Labels labels;
    try {
      labels = table.labels();
    } catch (DataException e) {
      assertTrue(e.getMessage().contains("every image that was read has the label"));
      return;
    }
    Images images = new Images(table, labels, Normalization.of(table));
    for (float value : images.batch(new int[] {0, table.size() - 1}).pixels()) {
      assertTrue(Float.isFinite(value));
    }
  }
}
