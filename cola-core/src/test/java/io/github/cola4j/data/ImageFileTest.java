package io.github.cola4j.data;

import static java.awt.image.BufferedImage.TYPE_3BYTE_BGR;
import static java.awt.image.BufferedImage.TYPE_4BYTE_ABGR;
import static java.awt.image.BufferedImage.TYPE_BYTE_BINARY;
import static java.awt.image.BufferedImage.TYPE_BYTE_GRAY;
import static java.awt.image.BufferedImage.TYPE_BYTE_INDEXED;
import static java.awt.image.BufferedImage.TYPE_INT_RGB;
import static java.awt.image.BufferedImage.TYPE_USHORT_GRAY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFileTest {
  private static final OptionalInt AS_IT_IS = OptionalInt.empty();

  @TempDir Path folder;

  @Test
  void greyIsReadAsItStands() throws Exception {
    BufferedImage image = new BufferedImage(16, 16, TYPE_BYTE_GRAY);
    byte[] expected = new byte[256];
    for (int i = 0; i < 256; i++) {
      image.getRaster().setSample(i % 16, i / 16, 0, i);
      expected[i] = (byte) i;
    }
    ImageFile.Pixels read =
        ImageFile.read(write("grey.png", ImageBytes.encoded("png", image)), AS_IT_IS);
    assertEquals(new ImageShape(1, 16, 16), read.shape());
    assertArrayEquals(expected, read.values());
    byte[] colours = ImageFile.read(folder.resolve("grey.png"), new ImageShape(3, 16, 16));
    for (int c = 0; c < 3; c++) {
      assertArrayEquals(expected, Arrays.copyOfRange(colours, c * 256, (c + 1) * 256));
    }
  }

  @Test
  void sixteenBitsBecomeEight() throws Exception {
    BufferedImage image = new BufferedImage(3, 1, TYPE_USHORT_GRAY);
    image.getRaster().setSample(1, 0, 0, 128 * 257);
    image.getRaster().setSample(2, 0, 0, 65535);
    Path file = write("deep.png", ImageBytes.encoded("png", image));
    assertArrayEquals(
        new byte[] {0, (byte) 128, (byte) 255}, ImageFile.read(file, AS_IT_IS).values());
  }

  @Test
  void coloursAreRedGreenBlueAndTransparencyIsLeftOut() throws Exception {
    for (int type : new int[] {TYPE_INT_RGB, TYPE_3BYTE_BGR, TYPE_4BYTE_ABGR}) {
      Path file = write("a.png", ImageBytes.plain("png", type, 1, 2, 0x40c86432));
      ImageFile.Pixels read = ImageFile.read(file, AS_IT_IS);
      assertEquals(new ImageShape(3, 1, 2), read.shape());
      assertArrayEquals(
          new byte[] {(byte) 200, (byte) 200, 100, 100, 50, 50}, read.values(), "type " + type);
      // (200 * 19595 + 100 * 38470 + 50 * 7471 + 32768) >> 16, as Pillow's convert("L").
      assertArrayEquals(
          new byte[] {124, 124}, ImageFile.read(file, new ImageShape(1, 1, 2)), "type " + type);
    }
  }

  @Test
  void palettesAreGreyOrColours() throws Exception {
    Path binary = write("a.png", ImageBytes.plain("png", TYPE_BYTE_BINARY, 2, 2, 0xffffffff));
    assertArrayEquals(new byte[] {-1, -1, -1, -1}, ImageFile.read(binary, AS_IT_IS).values());
    Path indexed = write("b.png", ImageBytes.plain("png", TYPE_BYTE_INDEXED, 1, 1, 0xffff0000));
    assertArrayEquals(new byte[] {-1, 0, 0}, ImageFile.read(indexed, AS_IT_IS).values());
  }

  @Test
  void jpegIsReadGreyAndInColours() throws Exception {
    Path grey = write("a.jpg", ImageBytes.plain("jpg", TYPE_BYTE_GRAY, 9, 9, 0xff808080));
    ImageFile.Pixels greyPixels = ImageFile.read(grey, AS_IT_IS);
    assertEquals(new ImageShape(1, 9, 9), greyPixels.shape());
    Path colours = write("b.jpg", ImageBytes.plain("jpg", TYPE_INT_RGB, 9, 9, 0xffc86432));
    ImageFile.Pixels read = ImageFile.read(colours, AS_IT_IS);
    assertEquals(new ImageShape(3, 9, 9), read.shape());
    assertEquals(200, read.values()[40] & 0xff, 4);
    assertEquals(100, read.values()[81 + 40] & 0xff, 4);
    assertEquals(50, read.values()[162 + 40] & 0xff, 4);
  }

  @Test
  void anImageIsScaledToTheShapeAsked() throws Exception {
    Path file = write("a.png", ImageBytes.plain("png", TYPE_INT_RGB, 90, 31, 0xffc86432));
    byte[] read = ImageFile.read(file, new ImageShape(1, 28, 28));
    byte[] expected = new byte[784];
    Arrays.fill(expected, (byte) 124);
    assertArrayEquals(expected, read);
  }

  @Test
  void whatIsNoImageIsTold() throws Exception {
    assertProblem(folder.resolve("none.png"), "no such file");
    assertProblem(folder, "is a folder");
    assertProblem(write("empty.png", new byte[0]), "is neither a PNG nor a JPEG image");
    assertProblem(write("text.png", "text".getBytes()), "is neither a PNG nor a JPEG image");
    assertProblem(
        write("gif.png", ImageBytes.plain("gif", TYPE_BYTE_INDEXED, 2, 2, 0)),
        "is neither a PNG nor a JPEG image");
    assertThrows(
        DataException.class,
        () ->
            ImageFile.read(
                write("a.png", ImageBytes.plain("png", TYPE_INT_RGB, 2, 2, 0)),
                new ImageShape(2, 2, 2)));
  }

  @Test
  void anImageThatIsCutShortIsNotReadInPart() throws Exception {
    for (String format : List.of("png", "jpg")) {
      byte[] whole = ImageBytes.noise(format, TYPE_INT_RGB, 20, 30);
      for (int length = 0; length < whole.length * 9 / 10; length++) {
        Path file = write("cut." + format, Arrays.copyOf(whole, length));
        DataException e =
            assertThrows(
                DataException.class,
                () -> ImageFile.read(file, AS_IT_IS),
                format + " cut to " + length);
        assertEquals(file, e.file());
      }
      assertEquals(1800, ImageFile.read(write("whole", whole), AS_IT_IS).values().length);
    }
  }

  @Test
  void aHeaderThatLiesTakesNoMemory() throws Exception {
    byte[] png = ImageBytes.plain("png", TYPE_BYTE_GRAY, 4, 4, 0);
    for (int side : new int[] {30_000, 70_000, Integer.MAX_VALUE}) {
      ByteBuffer header = ByteBuffer.wrap(png);
      header.putInt(16, side).putInt(20, side);
      CRC32 check = new CRC32();
      check.update(png, 12, 17);
      header.putInt(29, (int) check.getValue());
      assertProblem(write("large.png", png), "of memory; there are");
    }
    byte[] jpeg = ImageBytes.plain("jpg", TYPE_BYTE_GRAY, 4, 4, 0);
    String bytes = new String(jpeg, StandardCharsets.ISO_8859_1);
    int frame = bytes.indexOf("\u00ff\u00c0");
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 65000).putShort(frame + 7, (short) 65000);
    assertProblem(write("large.jpg", jpeg), "decoding its 65000 × 65000 pixels would take");
  }

  private static void assertProblem(Path file, String expected) {
    DataException e = assertThrows(DataException.class, () -> ImageFile.read(file, AS_IT_IS));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertEquals(file, e.file());
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
