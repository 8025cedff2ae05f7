package io.github.cola4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * SentencePiece's normalization table, {@code precompiled_charsmap} of a tokenizer.json: in base64,
 * the length of a trie (4 bytes, little-endian), that trie as a double array of 4-byte units, and
 * the texts that it leads to, a NUL after each. Nothing in it may lead beyond its end.
 */
final class CharsMap {
  private final IntBuffer units;
  private final byte[] texts;

  private CharsMap(IntBuffer units, byte[] texts) {
    this.units = units;
    this.texts = texts;
  }

  /**
   * Checks one.
   *
   * @throws IllegalArgumentException if it is damaged
   */
  static void check(JsonNode base64) {
    if (!base64.isTextual()) {
      throw damaged();
    }
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64.textValue()));
    } catch (IllegalArgumentException e) {
      throw damaged();
    }
    if (bytes.remaining() < 4 || base64.textValue().length() % 4 != 0) {
      throw damaged();
    }
    int length = bytes.order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 4 || length > bytes.remaining()) {
      throw damaged();
    }
    IntBuffer units = bytes.asIntBuffer().limit(length / 4);
    byte[] texts = new byte[bytes.remaining() - length / 4 * 4];
    bytes.position(bytes.position() + length / 4 * 4).get(texts);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      throw damaged();
    }
    new CharsMap(units, texts).walk();
  }

  /** Every way through the trie. */
  private void walk() {
    BitSet seen = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    open.add(offset(unit(0)));
    while (!open.isEmpty()) {
      int node = open.remove();
      for (int label = 1; label < 256; label++) {
        int child = node ^ label;
        int unit = unit(child);
        if ((unit & 0x800000ff) == label && !seen.get(child)) {
          seen.set(child);
          int next = child ^ offset(unit);
          if ((unit >>> 8 & 1) == 1) {
            checkText(unit(next) & 0x7fffffff);
          }
          open.add(next);
        }
      }
    }
  }

  private int unit(int index) {
    if (index < 0 || index >= units.limit()) {
      throw damaged();
    }
    return units.get(index);
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  /** A text begins at the beginning of a character. */
  private void checkText(int begin) {
    if (begin > texts.length || begin < texts.length && (texts[begin] & 0xc0) == 0x80) {
      throw damaged();
    }
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException("its precompiled_charsmap is damaged");
  }
}
