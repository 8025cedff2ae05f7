package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxFilesTest {
  private static final Path IMAGES = IdxBytes.mnist("images-idx3-ubyte.gz");
  private static final Path LABELS = IdxBytes.mnist("labels-idx1-ubyte");
  private static final OptionalInt ALL = OptionalInt.empty();

  @TempDir Path folder;

  @Test
  void mnistIsReadAsItStands() {
    ImageTable table = IdxFiles.read(IMAGES, LABELS, ALL);
    assertEquals(200, table.size());
    assertEquals(new ImageShape(1, 28, 28), table.shape());
    Labels labels = table.labels();
    assertEquals(IntStream.range(0, 10).mapToObj(i -> "LABEL_" + i).toList(), labels.names());
    assertArrayEquals(
        new int[] {7, 2, 1, 0, 4, 1, 4, 9, 5, 9}, Arrays.copyOf(table.ids(labels), 10));
    int[] row = new int[28];
    for (int x = 0; x < row.length; x++) {
      row[x] = table.pixels().get(3)[14 * 28 + x] & 0xff;
    }
    assertArrayEquals(
        new int[] {
          0, 0, 0, 0, 0, 0, 0, 37, 253, 253, 0, 0, 0, 0, 0, 0, 0, 0, 32, 202, 255, 253, 164, 0, 0,
          0, 0, 0
        },
        row);
  }

  @Test
  void gzipIsToldByTheContentsNotTheName() throws Exception {
    Path plain = folder.resolve("images.gz");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(IMAGES))) {
      Files.copy(in, plain);
    }
    Path packed = write("labels", IdxBytes.gzip(Files.readAllBytes(LABELS)));
    ImageTable expected = IdxFiles.read(IMAGES, LABELS, ALL);
    ImageTable table = IdxFiles.read(plain, packed, ALL);
    for (int i = 0; i < 200; i++) {
      assertArrayEquals(expected.pixels().get(i), table.pixels().get(i));
    }
    assertArrayEquals(expected.ids(expected.labels()), table.ids(expected.labels()));
  }

  @Test
  void aLimitTakesTheFirstAndTheClassesThoseTell() {
    ImageTable table = IdxFiles.read(IMAGES, LABELS, OptionalInt.of(5));
    assertEquals(5, table.size());
    assertEquals(8, table.labels().count());
    assertEquals(200, IdxFiles.read(IMAGES, LABELS, OptionalInt.of(1000)).size());
    assertThrows(
        IllegalArgumentException.class, () -> IdxFiles.read(IMAGES, LABELS, OptionalInt.of(0)));
  }

  @Test
  void fourDimensionsAreChannels() throws Exception {
    Path images = write("images", IdxBytes.counting(2, 3, 2, 5));
    Path labels = write("labels", IdxBytes.counting(2));
    ImageTable table = IdxFiles.read(images, labels, ALL);
    assertEquals(new ImageShape(3, 2, 5), table.shape());
    assertEquals(30, table.pixels().get(1)[0]);
    assertEquals(59, table.pixels().get(1)[29]);
  }

  @Test
  void anImageLargerThanWhatIsReadAtOnceComesWhole() throws Exception {
    byte[] file = IdxBytes.counting(1, 3000, 1001);
    Path labels = write("labels", IdxBytes.counting(1));
    for (byte[] bytes : new byte[][] {file, IdxBytes.gzip(file)}) {
      byte[] image = IdxFiles.read(write("images", bytes), labels, ALL).pixels().get(0);
      assertArrayEquals(Arrays.copyOfRange(file, 16, file.length), image);
    }
  }

  @Test
  void aSingleClassIsNoneToLearn() throws Exception {
    ImageTable table =
        IdxFiles.read(
            write("images", IdxBytes.counting(1, 2, 2)),
            write("labels", IdxBytes.of(8, new int[] {1}, new byte[] {4})),
            ALL);
    assertTrue(assertThrows(DataException.class, table::labels).getMessage().contains("label '4'"));
  }

  @Test
  void everyPlaceWhereAFileMayBeCutIsTold() throws Exception {
    byte[] images = IdxBytes.counting(3, 4, 5);
    byte[] labels = IdxBytes.counting(3);
    Path soundImages = write("sound images", images);
    Path soundLabels = write("sound labels", labels);
    byte[][] files = {images, IdxBytes.gzip(images), labels, IdxBytes.gzip(labels)};
    for (int f = 0; f < files.length; f++) {
      for (int length = 0; length < files[f].length; length++) {
        Path cut = write("cut", Arrays.copyOf(files[f], length));
        boolean isImages = f < 2;
        DataException e =
            assertThrows(
                DataException.class,
                () ->
                    IdxFiles.read(isImages ? cut : soundImages, isImages ? soundLabels : cut, ALL),
                "file " + f + " cut to " + length);
        assertEquals(cut, e.file());
      }
    }
  }

  @Test
  void aFileThatIsCutTellsBothSizes() throws Exception {
    byte[] images = IdxBytes.counting(3, 4, 5);
    Path labels = write("labels", IdxBytes.counting(3));
    assertProblem(
        write("cut", Arrays.copyOf(images, 50)), labels, "it has 76 bytes; there are 50. Fetch");
    assertProblem(
        write("cut", IdxBytes.gzip(Arrays.copyOf(images, 50))),
        labels,
        "it has 76 bytes; there are 50 unpacked.");
    assertProblem(write("long", Arrays.copyOf(images, 80)), labels, "has 76 bytes; there are 80.");
    assertProblem(
        write("long", IdxBytes.gzip(Arrays.copyOf(images, 80))),
        labels,
        "has 76 bytes; there are more.");
    byte[] packed = IdxBytes.gzip(images);
    packed[packed.length - 6] ^= 1;
    assertProblem(write("check sum", packed), labels, "is damaged: gzip cannot be unpacked");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 28, 28",
    "2147483647, 28, 28",
    "3, -1, -1",
    "3, 65535, 32768",
    "3, 2147483647, 1",
    "1, 46340, 46340",
    "3, 0, 5",
    "3, 4, 0",
    "0, 4, 5"
  })
  void aHeaderThatLiesTakesNoMemory(int count, int height, int width) throws Exception {
    byte[] images = IdxBytes.of(8, new int[] {count, height, width}, new byte[60]);
    byte[] labels = IdxBytes.of(8, new int[] {count}, new byte[3]);
    Path soundLabels = write("labels", labels);
    for (byte[] bytes : new byte[][] {images, IdxBytes.gzip(images)}) {
      Path file = write("images", bytes);
      assertThrows(DataException.class, () -> IdxFiles.read(file, soundLabels, ALL));
      assertThrows(DataException.class, () -> IdxFiles.read(file, soundLabels, OptionalInt.of(1)));
    }
    Path sound = write("sound", IdxBytes.counting(3, 4, 5));
    for (byte[] bytes : new byte[][] {labels, IdxBytes.gzip(labels)}) {
      Path file = write("lying labels", bytes);
      if (count != 3) {
        assertThrows(DataException.class, () -> IdxFiles.read(sound, file, ALL));
      }
    }
  }

  @Test
  void tinyImagesWithoutEndTakeNoMemory() throws Exception {
    int count = 40_000_000;
    byte[] images = IdxBytes.gzip(IdxBytes.of(8, new int[] {count, 1, 1}, new byte[count]));
    byte[] labels = IdxBytes.gzip(IdxBytes.of(8, new int[] {count}, new byte[count]));
    Path packedImages = write("images", images);
    Path packedLabels = write("labels", labels);
    assertProblem(packedImages, packedLabels, "would take 954 MiB of memory");
    assertEquals(2, IdxFiles.read(packedImages, packedLabels, OptionalInt.of(2)).size());
  }

  @Test
  void whatIsNoIdxFileIsTold() throws Exception {
    Path labels = write("labels", IdxBytes.counting(3));
    Path images = write("images", IdxBytes.counting(3, 4, 5));
    assertProblem(folder.resolve("none"), labels, "no such file");
    assertProblem(folder, labels, "is a folder");
    assertProblem(write("empty", new byte[0]), labels, "it has 0 bytes, the least is 4");
    assertProblem(
        write("a.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10}),
        labels,
        "begins with the bytes 89 50 4e 47, a PNG image");
    assertProblem(write("text", "label\tsentence".getBytes()), labels, "is no IDX file");
    assertProblem(
        write("floats", IdxBytes.of(0x0d, new int[] {3, 4, 5}, new byte[240])),
        labels,
        "holds 32-bit floats; images are unsigned bytes");
    assertProblem(labels, images, "has 1 dimension; images have 3 or 4");
    assertProblem(
        write("five", IdxBytes.counting(1, 1, 1, 1, 1)), labels, "has 5 dimensions; images have");
    assertProblem(images, write("two", IdxBytes.counting(2)), "has 2 labels for the 3 images of");
    assertProblem(write("none", IdxBytes.counting(0, 4, 5)), labels, "has no images");
  }

  private static void assertProblem(Path images, Path labels, String expected) {
    DataException e = assertThrows(DataException.class, () -> IdxFiles.read(images, labels, ALL));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertEquals(0, e.line());
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
