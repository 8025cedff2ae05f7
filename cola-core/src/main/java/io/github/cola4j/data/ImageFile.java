package io.github.cola4j.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/** One PNG or JPEG file; its first bytes tell which. */
public final class ImageFile {
  /** A decoded pixel and what decoding takes beside it, roughly, in bytes. */
  private static final double PER_PIXEL = 8;

  private static final Set<String> FORMATS = Set.of("png", "jpeg");

  /** The reader's warnings of a JPEG file that is cut short, whose rest it leaves grey. */
  private static final Pattern CUT_SHORT =
      Pattern.compile("truncated file|premature end", Pattern.CASE_INSENSITIVE);

  private ImageFile() {}

  /** The file's pixels, one byte a value [channels, height, width]. */
  record Pixels(ImageShape shape, byte[] values) {
    /** Scaled to a size; the same if it has that already. */
    Pixels scaled(int height, int width) {
      return shape.height() == height && shape.width() == width
          ? this
          : new Pixels(
              new ImageShape(shape.channels(), height, width),
              Scaling.bilinear(values, shape, height, width));
    }
  }

  /**
   * Reads an image into the form of the training images: colours become grey or grey becomes
   * colours (as Pillow does it: ITU-R 601 luma), the size is scaled. Transparency is left out, and
   * so is what a camera notes of its orientation.
   *
   * @return one byte a value [channels, height, width]
   * @throws DataException where there is no such file, or it is no image that can be decoded
   */
  public static byte[] read(Path file, ImageShape shape) {
    return read(file, OptionalInt.of(shape.channels()))
        .scaled(shape.height(), shape.width())
        .values();
  }

  /**
   * Reads an image at its own size.
   *
   * @param channels 1 or 3; as the file has it by default
   */
  static Pixels read(Path file, OptionalInt channels) {
    if (channels.isPresent() && channels.getAsInt() != 1 && channels.getAsInt() != 3) {
      throw new DataException(
          file,
          0,
          "has 1 channel (grey) or 3 (red, green, blue), not " + channels.getAsInt(),
          "Ask for 1 or 3");
    }
    if (Files.isDirectory(file)) {
      throw new DataException(file, 0, "is a folder, not an image", "Name a PNG or JPEG file");
    }
    if (!Files.exists(file)) {
      throw new DataException(file, 0, "no such file", "Check the path");
    }
    try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
      ImageReader reader = reader(file, in);
      try {
        reader.setInput(in, true, true);
        return decoded(file, reader, channels);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  private static ImageReader reader(Path file, ImageInputStream in) {
    for (Iterator<ImageReader> all = ImageIO.getImageReaders(in); all.hasNext(); ) {
      ImageReader reader = all.next();
      if (FORMATS.contains(format(reader))) {
        return reader;
      }
      reader.dispose();
    }
    throw new DataException(
        file,
        0,
        "is neither a PNG nor a JPEG image, whatever its name says",
        "Save it as one of them or take it out");
  }

  private static String format(ImageReader reader) {
    try {
      return reader.getFormatName().toLowerCase(Locale.ROOT);
    } catch (IOException e) {
      return "";
    }
  }

  private static Pixels decoded(Path file, ImageReader reader, OptionalInt channels) {
    try {
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      MemoryBound.check(
          file,
          PER_PIXEL * width * height,
          "decoding its " + height + " × " + width + " pixels",
          "Make it smaller");
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      BufferedImage image = reader.read(0);
      if (warnings.stream().anyMatch(warning -> CUT_SHORT.matcher(warning).find())) {
        throw undecodable(file, "it is cut short");
      }
      int wanted = channels.orElse(isGrey(image.getColorModel()) ? 1 : 3);
      return new Pixels(new ImageShape(wanted, height, width), values(image, wanted));
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The readers of javax.imageio answer damage with exceptions of many kinds.
      DataException problem = undecodable(file, e.toString());
      problem.initCause(e);
      throw problem;
    } catch (OutOfMemoryError e) {
      // What a damaged file says of the length of its parts is believed there.
      throw undecodable(file, "more memory would be needed than there is");
    }
  }

  private static DataException undecodable(Path file, String why) {
    return new DataException(
        file, 0, "cannot be decoded (" + why + ")", "Save it anew as PNG or JPEG or take it out");
  }

  private static boolean isGrey(ColorModel colours) {
    if (colours instanceof IndexColorModel palette) {
      return IntStream.range(0, palette.getMapSize())
          .allMatch(
              i ->
                  palette.getRed(i) == palette.getGreen(i)
                      && palette.getGreen(i) == palette.getBlue(i));
    }
    return colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
  }

  private static byte[] values(BufferedImage image, int channels) {
    int width = image.getWidth();
    int plane = width * image.getHeight();
    byte[] values = new byte[channels * plane];
    int[][] colours = new int[3][width];
    for (int y = 0; y < image.getHeight(); y++) {
      row(image, y, colours);
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        if (channels == 1) {
          values[at] = luma(colours[0][x], colours[1][x], colours[2][x]);
        } else {
          for (int c = 0; c < channels; c++) {
            values[c * plane + at] = (byte) colours[c][x];
          }
        }
      }
    }
    return values;
  }

  /**
   * Red, green and blue of a row of pixels, each from 0 to 255, as they stand in the file: Java's
   * own conversion would take grey for linear light, and apply profiles that Pillow does not.
   */
  private static void row(BufferedImage image, int y, int[][] colours) {
    int width = image.getWidth();
    int type = image.getColorModel().getColorSpace().getType();
    boolean grey = type == ColorSpace.TYPE_GRAY;
    if (image.getColorModel() instanceof ComponentColorModel
        && (grey || type == ColorSpace.TYPE_RGB)) {
      Raster raster = image.getRaster();
      for (int c = 0; c < colours.length; c++) {
        int band = grey ? 0 : c;
        int most = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
        raster.getSamples(0, y, width, 1, band, colours[c]);
        for (int x = 0; x < width; x++) {
          colours[c][x] = (colours[c][x] * 255 + most / 2) / most;
        }
      }
    } else {
      for (int x = 0; x < width; x++) {
        int rgb = image.getRGB(x, y);
        colours[0][x] = rgb >> 16 & 0xff;
        colours[1][x] = rgb >> 8 & 0xff;
        colours[2][x] = rgb & 0xff;
      }
    }
  }

  /** ITU-R 601, in Pillow's whole numbers; the same value where all three are the same. */
  private static byte luma(int red, int green, int blue) {
    return (byte) (red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16);
  }
}
