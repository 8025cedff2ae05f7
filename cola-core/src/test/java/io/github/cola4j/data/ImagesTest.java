package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ImagesTest {
  private static final ImageTable MNIST =
      IdxFiles.read(
          IdxBytes.mnist("images-idx3-ubyte.gz"),
          IdxBytes.mnist("labels-idx1-ubyte"),
          OptionalInt.empty());

  @Test
  void aBatchHasItsRowsInItsOrderNormalised() {
    Normalization normalization = Normalization.of(MNIST);
    Images images = new Images(MNIST, MNIST.labels(), normalization);
    assertEquals(200, images.size());
    assertEquals(1, images.length(17));
    ImageBatch batch = images.batch(new int[] {3, 0, 199});
    assertEquals(3, batch.size());
    assertArrayEquals(new int[] {3, 0, 199}, batch.rows());
    assertEquals(0, batch.labels()[0]);
    assertEquals(7, batch.labels()[1]);
    assertEquals(new ImageShape(1, 28, 28), batch.shape());
    assertEquals(3 * 28 * 28, batch.pixels().length);
    // Row 14, column 7 of image 3 is 37; its corner is black.
    float mean = normalization.mean()[0];
    float std = normalization.std()[0];
    assertEquals((37 / 255f - mean) / std, batch.pixels()[14 * 28 + 7]);
    assertEquals(-mean / std, batch.pixels()[0]);
  }

  @Test
  void meanAndDeviationAreThoseOfAllPixels() {
    // Computed in double precision by Python from the same file.
    Normalization normalization = Normalization.of(MNIST);
    assertArrayEquals(new float[] {0.11898331832733092f}, normalization.mean());
    assertArrayEquals(new float[] {0.294646741532856f}, normalization.std());
  }

  @Test
  void eachChannelHasItsOwn() {
    ImageShape shape = new ImageShape(2, 1, 2);
    List<byte[]> pixels =
        List.of(new byte[] {0, 51, 9, 9}, new byte[] {(byte) 255, (byte) 204, 9, 9});
    ImageTable table =
        new ImageTable(
            Path.of("here"),
            shape,
            pixels,
            new int[] {0, 1},
            List.of(
                new ImageClass("a", "a", Path.of("a")), new ImageClass("b", "b", Path.of("b"))));
    Normalization normalization = Normalization.of(table);
    assertArrayEquals(new float[] {0.5f, 9 / 255f}, normalization.mean());
    assertEquals(Math.sqrt((0.25 + 0.09) / 2), normalization.std()[0], 1e-7);
    assertEquals(1, normalization.std()[1], "a constant channel");
    ImageBatch batch = ImageBatch.unlabelled(pixels, shape, normalization);
    assertArrayEquals(new int[] {0, 1}, batch.rows());
    assertArrayEquals(new int[] {Example.NO_LABEL, Example.NO_LABEL}, batch.labels());
    float half = 0.5f / normalization.std()[0];
    float third = 0.3f / normalization.std()[0];
    assertArrayEquals(new float[] {-half, -third, 0, 0, half, third, 0, 0}, batch.pixels(), 1e-6f);
  }

  @Test
  void givenLabelsOrderTheClasses() {
    Normalization none = new Normalization(new float[] {0}, new float[] {1});
    Labels backwards = new Labels(List.of("9", "8", "7", "6", "5", "4", "3", "2", "1", "0"));
    int[] labels = new Images(MNIST, backwards, none).batch(new int[] {0, 1, 2, 3}).labels();
    assertArrayEquals(new int[] {2, 7, 8, 9}, labels);
    Labels words =
        new Labels(
            List.of(
                "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"));
    labels = new Images(MNIST, words, none).batch(new int[] {0, 1, 2, 3}).labels();
    assertArrayEquals(new int[] {7, 2, 1, 0}, labels);
  }

  @Test
  void aClassThatTrainingDoesNotHaveIsAnError() {
    Labels few = new Labels(List.of("LABEL_0", "LABEL_1", "LABEL_2"));
    Normalization none = new Normalization(new float[] {0}, new float[] {1});
    DataException e = assertThrows(DataException.class, () -> new Images(MNIST, few, none));
    assertTrue(e.getMessage().contains("the label 7 is outside 0 to 2"), e.getMessage());
    assertEquals("labels-idx1-ubyte", e.file().getFileName().toString());
  }

  @Test
  void imagesOfAnotherShapeThanTrainingsAreAnError() {
    assertSame(MNIST, MNIST.ofShape(new ImageShape(1, 28, 28)));
    DataException size =
        assertThrows(DataException.class, () -> MNIST.ofShape(new ImageShape(1, 32, 28)));
    assertTrue(
        size.getMessage().contains("1 × 28 × 28")
            && size.getMessage().contains("1 × 32 × 28")
            && size.getMessage().contains("data.image_size"),
        size.getMessage());
    DataException channels =
        assertThrows(DataException.class, () -> MNIST.ofShape(new ImageShape(3, 28, 28)));
    assertTrue(channels.getMessage().contains("data.image_channels"), channels.getMessage());
  }

  @Test
  void shapesAndNormalisationsAreSane() {
    assertThrows(IllegalArgumentException.class, () -> new ImageShape(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ImageShape(3, 65536, 65536));
    float[] one = {1};
    assertThrows(IllegalArgumentException.class, () -> new Normalization(one, new float[] {0}));
    assertThrows(
        IllegalArgumentException.class, () -> new Normalization(new float[] {Float.NaN}, one));
    assertThrows(IllegalArgumentException.class, () -> new Normalization(one, new float[] {1, 1}));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Images(
                MNIST, MNIST.labels(), new Normalization(new float[3], new float[] {1, 1, 1})));
  }
}
