package io.github.cola4j.data;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Texts to token ids, by the base's {@code tokenizer.json}. What that file says of padding and of
 * how long a sequence may be does not count here: nothing is padded, and {@code maxLength}
 * truncates. Equal to transformers' {@code tokenizer(first, second, truncation=True,
 * max_length=maxLength)}.
 */
public final class TextEncoder implements Closeable {
  private final Path file;
  private final HuggingFaceTokenizer tokenizer;
  private final int maxLength;

  private TextEncoder(Path file, HuggingFaceTokenizer tokenizer, int maxLength) {
    this.file = file;
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
  }

  /**
   * Opens a tokenizer.
   *
   * @param maxLength the most tokens a row may have, special tokens included; of a pair the longer
   *     text is cut first
   * @throws DataException where the file is missing or no tokenizer, or {@code maxLength} leaves no
   *     room beside the special tokens
   */
  public static TextEncoder open(Path tokenizerJson, int maxLength) {
    if (maxLength < 1) {
      throw new IllegalArgumentException("max_length is 1 or more, not " + maxLength);
    }
    String length = String.valueOf(maxLength);
    // Stated in full: what is left out would be taken from the file.
    Map<String, String> options =
        Map.of(
            "addSpecialTokens", "true",
            "padding", "do_not_pad",
            "truncation", "longest_first",
            "stride", "0",
            "maxLength", length,
            "modelMaxLength", length);
    HuggingFaceTokenizer tokenizer = TokenizerFile.open(tokenizerJson, options);
    TextEncoder encoder = new TextEncoder(tokenizerJson, tokenizer, maxLength);
    try {
      encoder.leavesRoom();
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
    return encoder;
  }

  private void leavesRoom() {
    int special = encode("", "").length();
    if (special + 2 > maxLength) {
      throw new DataException(
          file,
          0,
          "puts "
              + special
              + " special tokens into a pair; a max_length of "
              + maxLength
              + " leaves no room for text",
          "Set max_length to " + (special + 2) + " or more");
    }
  }

  /** The most tokens that a row may have. */
  public int maxLength() {
    return maxLength;
  }

  /**
   * Encodes a text or a pair.
   *
   * @param second null for none
   * @throws DataException if the tokenizer cannot do it: it lacks an unknown token, say
   */
  public Encoded encode(String first, String second) {
    return TokenizerFile.use(
        file,
        () -> encoded(second == null ? tokenizer.encode(first) : tokenizer.encode(first, second)));
  }

  /**
   * Encodes many texts or pairs at once, on all cores.
   *
   * @param second one for each first text; null for none
   * @throws DataException as with a single text
   */
  public List<Encoded> encode(List<String> first, List<String> second) {
    if (second != null && second.size() != first.size()) {
      throw new IllegalArgumentException("some rows have a second text, others do not");
    }
    // The library's own batches end the process with the first text that it cannot encode.
    return IntStream.range(0, first.size())
        .parallel()
        .mapToObj(i -> encode(first.get(i), second == null ? null : second.get(i)))
        .toList();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private Encoded encoded(Encoding encoding) {
    if (encoding.getIds().length > maxLength) { // a template that repeats the text, say
      throw new IllegalStateException("its post_processor adds more tokens than it says");
    }
    return new Encoded(ints(encoding.getIds()), ints(encoding.getTypeIds()));
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }
}
