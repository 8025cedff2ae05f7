package io.github.cola4j.data;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One file of MNIST's IDX format, plain or packed by gzip: two zero bytes, the type of the values,
 * the number of dimensions, the dimensions as big-endian 32-bit numbers, the values
 * (http://yann.lecun.com/exdb/mnist). Nothing that a header says is believed before the bytes are
 * there.
 */
final class IdxFile implements Closeable {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final Map<Integer, String> OTHER_TYPES =
      Map.of(
          0x09, "signed bytes",
          0x0b, "16-bit numbers",
          0x0c, "32-bit numbers",
          0x0d, "32-bit floats",
          0x0e, "64-bit floats");

  /** No packed byte makes more than so many: the limit of the Deflate format. */
  private static final long MOST_UNPACKED = 1032;

  /** What an array takes beside its values, in bytes. */
  private static final double PER_ARRAY = 24;

  private static final int AT_ONCE = 1 << 20;

  private final Path file;
  private final InputStream in;
  private boolean packed;
  private long[] dimensions;
  private long position;

  /**
   * Opens a file and reads its header.
   *
   * @param content what it should hold, for errors: images or labels
   * @param ranks how many dimensions that may have
   * @throws DataException where there is no such file, or none with such a header
   */
  IdxFile(Path file, String content, List<Integer> ranks) {
    this.file = file;
    InputStream raw = open();
    InputStream opened = raw;
    try {
      packed = startsWith(raw, 0x1f, 0x8b);
      opened = packed ? new GZIPInputStream(raw, 1 << 16) : raw;
    } catch (IOException e) {
      close(raw);
      throw problem(e);
    }
    in = opened;
    try {
      dimensions = dimensions(content, ranks);
    } catch (DataException e) {
      close(in);
      throw e;
    }
  }

  /** The dimensions, that of the items first, each from 0 to 2³² − 1. */
  long[] dimensions() {
    return dimensions.clone();
  }

  /**
   * The file's items, an array each; for once.
   *
   * @param size how many bytes an item has
   * @param most how many to read at most; what comes after them is not looked at
   * @throws DataException where the file has fewer or more bytes than its header says, gzip is
   *     damaged, or memory has no room for the items
   */
  List<byte[]> items(int size, int most) {
    long needed = position + dimensions[0] * size;
    int count = count(needed, most, size + PER_ARRAY);
    List<byte[]> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(next(size, needed));
    }
    checkEnd(count, needed);
    return items;
  }

  /** The same of items of one byte each, in one array. */
  byte[] bytes(int most) {
    long needed = position + dimensions[0];
    byte[] bytes = next(count(needed, most, 1), needed);
    checkEnd(bytes.length, needed);
    return bytes;
  }

  @Override
  public void close() {
    close(in);
  }

  private InputStream open() {
    if (Files.isDirectory(file)) {
      throw new DataException(file, 0, "is a folder, not an IDX file", "Name a file in it");
    }
    try {
      return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    } catch (NoSuchFileException e) {
      throw new DataException(file, 0, "no such file", "Check the path");
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
  }

  /** How many items to read, if the file can have them and memory has room. */
  private int count(long needed, int most, double perItem) {
    checkSize(needed);
    int count = (int) Math.min(dimensions[0], most);
    MemoryBound.check(file, count * perItem, "what it holds", "Set a limit");
    return count;
  }

  /** Whether nothing comes after the last item; compares gzip's check sum as well. */
  private void checkEnd(int count, long needed) {
    if (count == dimensions[0] && read(new byte[1], 0) > 0) {
      throw tooLong(needed, "are more");
    }
  }

  /** Whether there can be as many bytes, before room is made for them. */
  private void checkSize(long needed) {
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw DataException.unreadable(file, e);
    }
    if (packed ? needed / MOST_UNPACKED > size : needed > size) {
      throw cutShort(needed, size, packed ? "packed ones" : "");
    }
    if (!packed && needed < size) {
      throw tooLong(needed, "are " + size);
    }
  }

  /** The next bytes; memory grows with what has been read. */
  private byte[] next(int count, long needed) {
    byte[] values = new byte[Math.min(count, AT_ONCE)];
    int filled = 0;
    while (filled < count) {
      if (filled == values.length) {
        values = Arrays.copyOf(values, (int) Math.min(count, 2L * filled));
      }
      int got = read(values, filled);
      if (got < 0) {
        throw cutShort(needed, position, packed ? "unpacked" : "");
      }
      filled += got;
    }
    return values;
  }

  private long[] dimensions(String content, List<Integer> ranks) {
    byte[] magic = new byte[4];
    int got = 0;
    for (int count; got < magic.length && (count = read(magic, got)) > 0; ) {
      got += count;
    }
    int rank = magic[3];
    if (got < magic.length) {
      throw new DataException(
          file,
          0,
          "is no IDX file: it has " + got + " bytes, the least is 4",
          "Is it the right file, and whole?");
    }
    if (magic[0] != 0
        || magic[1] != 0
        || magic[2] != UNSIGNED_BYTE && !OTHER_TYPES.containsKey((int) magic[2])
        || rank < 1) {
      throw notIdx(magic);
    }
    if (magic[2] != UNSIGNED_BYTE) {
      throw new DataException(
          file,
          0,
          "holds " + OTHER_TYPES.get((int) magic[2]) + "; " + content + " are unsigned bytes",
          "Write it with one byte a value (type 0x08)");
    }
    if (!ranks.contains(rank)) {
      throw new DataException(
          file,
          0,
          "has "
              + rank
              + (rank == 1 ? " dimension" : " dimensions")
              + "; "
              + content
              + " have "
              + (ranks.size() == 1 ? ranks.get(0) : ranks.get(0) + " or " + ranks.get(1)),
          "Are the files of images and labels the right way round?");
    }
    long[] sides = new long[rank];
    for (int d = 0; d < rank; d++) {
      for (byte digit : next(4, 4L + 4L * rank)) {
        sides[d] = sides[d] << 8 | digit & 0xff;
      }
    }
    return sides;
  }

  private int read(byte[] target, int from) {
    try {
      int count = in.read(target, from, target.length - from);
      position += Math.max(0, count);
      return count;
    } catch (IOException e) {
      throw problem(e);
    }
  }

  private DataException notIdx(byte[] magic) {
    String what = "";
    if (magic[0] == (byte) 0x89 && magic[1] == 'P' && magic[2] == 'N' && magic[3] == 'G') {
      what = ", a PNG image";
    } else if (magic[0] == (byte) 0xff && magic[1] == (byte) 0xd8) {
      what = ", a JPEG image";
    } else if (magic[0] == 'P' && magic[1] == 'K') {
      what = ", a zip archive";
    }
    return new DataException(
        file,
        0,
        "is no IDX file: it begins with the bytes "
            + HexFormat.ofDelimiter(" ").formatHex(magic)
            + what,
        "Give a file as MNIST has them; for PNG and JPEG images name a folder with a folder for"
            + " each class in it");
  }

  private DataException cutShort(long needed, long present, String kind) {
    return new DataException(
        file,
        0,
        "is cut short: by its header it has "
            + needed
            + " bytes; there are "
            + present
            + (kind.isEmpty() ? "" : " " + kind),
        "Fetch it again");
  }

  private DataException tooLong(long needed, String present) {
    return new DataException(
        file, 0, "by its header has " + needed + " bytes; there " + present, "Fetch it again");
  }

  private DataException problem(IOException e) {
    if (packed && (e instanceof ZipException || e instanceof EOFException)) {
      DataException damaged =
          new DataException(
              file,
              0,
              (e instanceof EOFException ? "is cut short" : "is damaged")
                  + ": gzip cannot be unpacked after "
                  + position
                  + " unpacked bytes ("
                  + e.getMessage()
                  + ")",
              "Fetch it again");
      damaged.initCause(e);
      return damaged;
    }
    return DataException.unreadable(file, e);
  }

  private static boolean startsWith(InputStream raw, int first, int second) throws IOException {
    raw.mark(2);
    boolean found = raw.read() == first && raw.read() == second;
    raw.reset();
    return found;
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
