package io.github.cola4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The encoded rows of a table, in memory: five bytes a token. */
public final class Dataset {
  /** How many rows are tokenized at once: enough for all cores, little memory beside the result. */
  private static final int AT_ONCE = 1024;

  private final int[] ids;
  private final byte[] types;
  private final int[] offsets;
  private final int[] labels;
  private final String digest;

  private Dataset(int[] ids, byte[] types, int[] offsets, int[] labels, String digest) {
    this.ids = ids;
    this.types = types;
    this.offsets = offsets;
    this.labels = labels;
    this.digest = digest;
  }

  /**
   * Encodes a table. Rows that were read without a label get {@link Example#NO_LABEL}.
   *
   * @throws DataException where a label is none of {@code labels}, a text gives no token at all (a
   *     tokenizer without special tokens), or the file cannot be read again
   */
  public static Dataset of(Table table, TextEncoder encoder, Labels labels) {
    List<Row> rows = table.rows();
    int[] classes =
        rows.stream()
            .mapToInt(row -> row.label() == null ? Example.NO_LABEL : labels.id(table, row))
            .toArray();
    int[] offsets = new int[rows.size() + 1];
    int[] ids = new int[32 * rows.size()];
    byte[] types = new byte[ids.length];
    for (int from = 0; from < rows.size(); from += AT_ONCE) {
      int to = Math.min(rows.size(), from + AT_ONCE);
      List<Encoded> encoded = encoder.encode(rows.subList(from, to));
      for (int i = from; i < to; i++) {
        Encoded row = encoded.get(i - from);
        if (row.length() == 0) {
          throw new DataException(
              table.file(), rows.get(i).line(), "the text is empty", "Give it text or take it out");
        }
        int start = offsets[i];
        int end = Math.addExact(start, row.length());
        offsets[i + 1] = end;
        if (end > ids.length) {
          int room = Math.max(end, (int) Math.min(Integer.MAX_VALUE - 8, ids.length * 3L / 2));
          ids = Arrays.copyOf(ids, room);
          types = Arrays.copyOf(types, room);
        }
        System.arraycopy(row.ids(), 0, ids, start, row.length());
        for (int t = 0; t < row.length(); t++) {
          types[start + t] = (byte) row.types()[t];
        }
      }
    }
    int tokens = offsets[rows.size()];
    return new Dataset(
        Arrays.copyOf(ids, tokens),
        Arrays.copyOf(types, tokens),
        offsets,
        classes,
        sha256(table.file()));
  }

  /** How many rows there are. */
  public int size() {
    return labels.length;
  }

  /** How many tokens all rows have together. */
  public int tokens() {
    return ids.length;
  }

  /** How many tokens row {@code i} has. */
  public int length(int i) {
    return offsets[i + 1] - offsets[i];
  }

  /** Row {@code i}, from 0. */
  public Example get(int i) {
    int start = offsets[i];
    int end = offsets[i + 1];
    int[] rowTypes = new int[end - start];
    for (int t = start; t < end; t++) {
      rowTypes[t - start] = types[t];
    }
    return Example.classified(Arrays.copyOfRange(ids, start, end), rowTypes, labels[i], i);
  }

  /** The rows of a batch, in its order. */
  public List<Example> get(int[] batch) {
    return Arrays.stream(batch).mapToObj(this::get).toList();
  }

  /** SHA-256 of the whole source file in hexadecimal, by which changed data is noticed. */
  public String digest() {
    return digest;
  }

  private static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int count; (count = in.read(buffer)) >= 0; ) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      DataException problem =
          new DataException(
              file, 0, "cannot be read (" + e.getMessage() + ")", "Check the file and its rights");
      problem.initCause(e);
      throw problem;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
