package io.github.cola4j.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Damage that knows nothing of a format: bytes flipped, put in, left out, cut off. */
public final class ByteEdits {
  private static final byte[][] PIECES = {
    {0},
    {(byte) 0xff},
    {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
    {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, // byte order mark of UTF-8
    {(byte) 0xff, (byte) 0xfe}, // of UTF-16
    {(byte) 0xff, (byte) 0xfe, 0, 0}, // of UTF-32
    {(byte) 0xc0, (byte) 0x80}, // a NUL as Java would write it
    {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // a surrogate
    {(byte) 0xf0, (byte) 0x9f, (byte) 0x98}, // the beginning of a character
    ascii("{"),
    ascii("}"),
    ascii("["),
    ascii("]"),
    ascii("\""),
    ascii(","),
    ascii(":"),
    ascii("\\"),
    ascii("\\u0000"),
    ascii("\\ud800"),
    ascii("-"),
    ascii("9"),
    ascii("99999999999999999999"),
    ascii("e999999999"),
    ascii("NaN"),
    ascii("null"),
    ascii(" "),
    ascii("\n"),
    ascii("/*"),
  };

  private ByteEdits() {}

  public static byte[] apply(byte[] sound, List<Edit> edits) {
    byte[] bytes = sound;
    for (Edit edit : edits) {
      bytes = apply(bytes, edit);
    }
    return bytes;
  }

  private static byte[] apply(byte[] bytes, Edit edit) {
    int at = edit.at() % (bytes.length + 1);
    int length = Math.min(bytes.length - at, 1 + edit.with() % 16);
    byte[] piece = PIECES[edit.with() % PIECES.length];
    return switch (edit.kind() % 8) {
      case 0 -> flipped(bytes, at, 1 << edit.with() % 8);
      case 1 -> spliced(bytes, at, 0, piece);
      case 2 -> spliced(bytes, at, Math.min(bytes.length - at, piece.length), piece);
      case 3 -> spliced(bytes, at, length, new byte[0]);
      case 4 -> spliced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
      case 5 -> Arrays.copyOf(bytes, at);
      case 6 -> flipped(bytes, at, edit.with() % 256);
      default -> spliced(bytes, at, 0, new byte[] {(byte) edit.with()});
    };
  }

  private static byte[] flipped(byte[] bytes, int at, int mask) {
    byte[] flipped = bytes.clone();
    if (at < flipped.length) {
      flipped[at] ^= (byte) mask;
    }
    return flipped;
  }

  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] put) {
    byte[] spliced = Arrays.copyOf(bytes, bytes.length - removed + put.length);
    System.arraycopy(put, 0, spliced, at, put.length);
    System.arraycopy(bytes, at + removed, spliced, at + put.length, bytes.length - at - removed);
    return spliced;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
