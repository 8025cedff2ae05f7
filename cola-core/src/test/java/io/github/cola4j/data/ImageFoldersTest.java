package io.github.cola4j.data;

import static java.awt.image.BufferedImage.TYPE_BYTE_GRAY;
import static java.awt.image.BufferedImage.TYPE_INT_RGB;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFoldersTest {
  private static final OptionalInt ANY = OptionalInt.empty();
  private static final Optional<ImageFolders.Size> AS_THEY_ARE = Optional.empty();

  @TempDir Path root;

  @Test
  void imagesAreSortedByClassAndName() throws Exception {
    grey("cat/b.PNG", 2);
    grey("cat/a.png", 1);
    grey("ant/z.JPeG", 200);
    grey("dog/10.png", 4);
    grey("dog/9.png", 5);
    text("cat/Thumbs.db");
    text("cat/.a.png");
    text("cat/notes.txt");
    text("cat/older/c.png");
    text(".git/x.png");
    text("README.md");
    Files.createDirectories(root.resolve("cat/folder.png"));
    ImageTable table = ImageFolders.read(root, ANY, AS_THEY_ARE, ANY);
    assertEquals(new ImageShape(1, 2, 3), table.shape());
    assertEquals(List.of("ant", "cat", "dog"), table.labels().names());
    assertArrayEquals(new int[] {0, 1, 1, 2, 2}, table.ids(table.labels()));
    assertArrayEquals(new int[] {200, 1, 2, 4, 5}, firsts(table));
    assertArrayEquals(
        new int[] {1, 0, 0, 2, 2}, table.ids(new Labels(List.of("cat", "ant", "dog", "fox"))));
  }

  @Test
  void classesOfValidationAreThoseOfTraining() throws Exception {
    grey("cats/a.png", 1);
    grey("fox/a.png", 2);
    ImageTable table = ImageFolders.read(root, ANY, AS_THEY_ARE, ANY);
    Labels training = new Labels(List.of("cat", "dog", "fox"));
    DataException e = assertThrows(DataException.class, () -> table.ids(training));
    assertEquals(root.resolve("cats"), e.file());
    assertTrue(
        e.getMessage().contains("the label 'cats' is unknown; known are 'cat', 'dog', 'fox'")
            && e.getMessage().contains("Did you mean 'cat'?"),
        e.getMessage());
    Files.delete(root.resolve("cats/a.png"));
    Files.delete(root.resolve("cats"));
    ImageTable one = ImageFolders.read(root, ANY, AS_THEY_ARE, ANY);
    assertArrayEquals(new int[] {2}, one.ids(training));
    assertTrue(
        assertThrows(DataException.class, one::labels).getMessage().contains("the label 'fox'"));
  }

  @Test
  void aLimitTakesOfAllClasses() throws Exception {
    for (int i = 0; i < 4; i++) {
      grey("a/" + i + ".png", 10 + i);
      grey("c/" + i + ".png", 30 + i);
    }
    grey("b/0.png", 20);
    assertArrayEquals(new int[] {10, 11, 20, 30, 31}, limited(5));
    assertArrayEquals(new int[] {10, 11, 12, 20, 30, 31}, limited(6));
    assertArrayEquals(new int[] {10, 20}, limited(2));
    assertEquals(9, limited(100).length);
    assertThrows(IllegalArgumentException.class, () -> limited(0));
  }

  @Test
  void imagesAreConvertedAndScaledAsAsked() throws Exception {
    write("a/1.png", ImageBytes.plain("png", TYPE_INT_RGB, 9, 5, 0xffc86432));
    write("b/1.png", ImageBytes.plain("png", TYPE_BYTE_GRAY, 2, 3, 0xff000000));
    Optional<ImageFolders.Size> size = Optional.of(new ImageFolders.Size(4, 6));
    ImageTable grey = ImageFolders.read(root, OptionalInt.of(1), size, ANY);
    assertEquals(new ImageShape(1, 4, 6), grey.shape());
    assertArrayEquals(new int[] {124, 0}, firsts(grey));
    ImageTable colours = ImageFolders.read(root, OptionalInt.of(3), size, ANY);
    assertEquals(new ImageShape(3, 4, 6), colours.shape());
    assertEquals(50, colours.pixels().get(0)[71]);
  }

  @Test
  void imagesOfDifferentShapesAreToldWithWhatHelps() throws Exception {
    grey("a/1.png", 1);
    write("b/1.png", ImageBytes.plain("png", TYPE_BYTE_GRAY, 4, 3, 0));
    DataException e = problem();
    assertEquals(root.resolve("b/1.png"), e.file());
    assertContains(e, "is 1 × 4 × 3");
    assertContains(e, "is 1 × 2 × 3");
    assertContains(e, "data.image_size");
    write("b/1.png", ImageBytes.plain("png", TYPE_INT_RGB, 2, 3, 0xffff0000));
    assertContains(problem(), "data.image_channels");
  }

  @Test
  void whatIsMissingIsTold() throws Exception {
    assertContains(problem(), "has no folders");
    text("x.PNG");
    assertContains(problem(), "has images, but no folders");
    grey("a/1.png", 1);
    text("empty/notes.txt");
    DataException e = problem();
    assertEquals(root.resolve("empty"), e.file());
    assertContains(e, "a class without images");
    Path none = root.resolve("none");
    assertContains(
        assertThrows(DataException.class, () -> ImageFolders.read(none, ANY, AS_THEY_ARE, ANY)),
        "no such folder");
    Path file = root.resolve("x.PNG");
    assertContains(
        assertThrows(DataException.class, () -> ImageFolders.read(file, ANY, AS_THEY_ARE, ANY)),
        "is a file, not a folder");
  }

  @Test
  void anImageThatIsNoneIsNamed() throws Exception {
    grey("a/1.png", 1);
    text("b/2.jpg");
    DataException e = problem();
    assertEquals(root.resolve("b/2.jpg"), e.file());
    assertContains(e, "is neither a PNG nor a JPEG image");
  }

  @Test
  void moreImagesThanMemoryHasRoomForAreToldBeforeTheyAreRead() throws Exception {
    grey("a/1.png", 1);
    for (int i = 0; i < 10; i++) {
      text("b/" + i + ".png");
    }
    Optional<ImageFolders.Size> size = Optional.of(new ImageFolders.Size(8000, 15000));
    DataException e =
        assertThrows(
            DataException.class, () -> ImageFolders.read(root, OptionalInt.of(1), size, ANY));
    assertContains(e, "11 images of 1 × 8000 × 15000 (channels × height × width) would take");
  }

  /** In a JVM of its own, since this one may have started AWT already. */
  @Test
  void noDisplayIsNeeded() throws Exception {
    write("a/1.png", ImageBytes.plain("png", TYPE_BYTE_GRAY, 9, 9, 0xff000000));
    write("b/1.jpg", ImageBytes.plain("jpg", TYPE_INT_RGB, 9, 9, 0xffff0000));
    Path out = root.resolve("out.txt");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Headless.class.getName(),
            root.toString());
    java.environment().remove("DISPLAY");
    Process process = java.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    } finally {
      process.destroyForcibly();
    }
    assertEquals("3 × 4 × 4, 2 images", Files.readString(out, StandardCharsets.UTF_8).strip());
  }

  /** What runs there. */
  static final class Headless {
    private Headless() {}

    public static void main(String[] args) throws IOException {
      ImageTable table =
          ImageFolders.read(
              Path.of(args[0]),
              OptionalInt.of(3),
              Optional.of(new ImageFolders.Size(4, 4)),
              OptionalInt.empty());
      System.out.write(
          (table.shape() + ", " + table.size() + " images").getBytes(StandardCharsets.UTF_8));
    }
  }

  private int[] limited(int limit) {
    return firsts(ImageFolders.read(root, ANY, AS_THEY_ARE, OptionalInt.of(limit)));
  }

  private static int[] firsts(ImageTable table) {
    return table.pixels().stream().mapToInt(image -> image[0] & 0xff).toArray();
  }

  private DataException problem() {
    return assertThrows(DataException.class, () -> ImageFolders.read(root, ANY, AS_THEY_ARE, ANY));
  }

  private static void assertContains(DataException e, String expected) {
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  /** An image of 2 × 3 pixels. */
  private void grey(String name, int value) throws IOException {
    boolean png = name.toLowerCase(Locale.ROOT).endsWith("png");
    BufferedImage image = new BufferedImage(3, 2, TYPE_BYTE_GRAY);
    for (int i = 0; i < 6; i++) {
      image.getRaster().setSample(i % 3, i / 3, 0, value);
    }
    write(name, ImageBytes.encoded(png ? "png" : "jpg", image));
  }

  private void text(String name) throws IOException {
    write(name, "no image".getBytes(StandardCharsets.UTF_8));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
