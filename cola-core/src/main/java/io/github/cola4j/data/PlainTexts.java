package io.github.cola4j.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Documents for a causal model: their tokens one after the other, each document's end marked, cut
 * into blocks of one length. Every token is learned, but the first of a block, which nothing stands
 * before. The last block may be shorter; where it is a single token, there is nothing to learn in
 * it, and it is left out.
 */
public final class PlainTexts {
  /** How many characters are tokenized at once, unless a document alone has more. */
  private static final int AT_ONCE = 1 << 20;

  private PlainTexts() {}

  /**
   * A text file as one document.
   *
   * @param eos the token that ends a document; empty for none
   * @param maxLength how many tokens a block has, at least 2
   * @param limit how many blocks there are at most
   * @throws DataException where the file cannot be read, is not UTF-8, or has less than two tokens
   */
  public static Dataset ofFile(
      Path file, TextCodec codec, OptionalInt eos, int maxLength, OptionalInt limit) {
    StringBuilder text = new StringBuilder();
    try (Utf8Lines lines = new Utf8Lines(file)) {
      for (String line; (line = lines.next()) != null; ) {
        text.append(line);
      }
    } catch (IOException e) {
      throw new DataException(
          file, 0, "cannot be read (" + e.getMessage() + ")", "Check the file and its rights");
    }
    return blocks(file, List.of(text.toString()), codec, eos, maxLength, limit);
  }

  /**
   * A document in each row of a table.
   *
   * @param column where the documents stand
   * @param eos the token that ends a document; empty for none
   * @param maxLength how many tokens a block has, at least 2
   * @throws DataException where all documents together have less than two tokens
   */
  public static Dataset ofTable(
      Table table, String column, TextCodec codec, OptionalInt eos, int maxLength) {
    return blocks(table.file(), table.column(column), codec, eos, maxLength, OptionalInt.empty());
  }

  private static Dataset blocks(
      Path file,
      List<String> documents,
      TextCodec codec,
      OptionalInt eos,
      int maxLength,
      OptionalInt limit) {
    int[] tokens = tokens(documents, codec, eos);
    if (tokens.length < 2) {
      throw new DataException(
          file,
          0,
          "has less than two tokens of text",
          "Put text into it: a token is learned from those before it");
    }
    int last = tokens.length % maxLength == 1 ? tokens.length - 1 : tokens.length;
    int blocks = Math.min(Batches.count(last, maxLength), limit.orElse(Integer.MAX_VALUE));
    DatasetBuilder rows = new DatasetBuilder(blocks);
    for (int block = 0; block < blocks; block++) {
      int from = block * maxLength;
      int[] ids = Arrays.copyOfRange(tokens, from, Math.min(last, from + maxLength));
      rows.add(new Encoded(ids, new int[ids.length]), ids, 0);
    }
    return rows.build();
  }

  private static int[] tokens(List<String> documents, TextCodec codec, OptionalInt eos) {
    int[] end = eos.isPresent() ? new int[] {eos.getAsInt()} : new int[0];
    List<int[]> parts = new ArrayList<>();
    for (int from = 0, to; from < documents.size(); from = to) {
      long characters = 0;
      to = from;
      do {
        characters += documents.get(to++).length();
      } while (to < documents.size() && characters + documents.get(to).length() <= AT_ONCE);
      for (int[] document : codec.encode(documents.subList(from, to))) {
        parts.add(document);
        parts.add(end);
      }
    }
    int[] tokens = new int[Math.toIntExact(parts.stream().mapToLong(part -> part.length).sum())];
    int at = 0;
    for (int[] part : parts) {
      System.arraycopy(part, 0, tokens, at, part.length);
      at += part.length;
    }
    return tokens;
  }
}
