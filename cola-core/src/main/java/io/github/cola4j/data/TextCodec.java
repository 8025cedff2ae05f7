package io.github.cola4j.data;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Text to tokens and back, for models that write text: nothing is padded or cut, and special tokens
 * are put around a text only where they are asked for. Those that stand in a text are found there.
 */
public final class TextCodec implements Closeable {
  private final Path file;
  private final HuggingFaceTokenizer tokenizer;
  private final int[] prefix;
  private final int[] suffix;

  private TextCodec(Path file, HuggingFaceTokenizer tokenizer, Encoding any) {
    this.file = file;
    this.tokenizer = tokenizer;
    int[] ids = ints(any.getIds());
    long[] special = any.getSpecialTokenMask();
    int from = 0;
    while (from < ids.length && special[from] == 1) {
      from++;
    }
    int to = ids.length;
    while (to > from && special[to - 1] == 1) {
      to--;
    }
    this.prefix = Arrays.copyOf(ids, from);
    this.suffix = Arrays.copyOfRange(ids, to, ids.length);
  }

  /**
   * Opens a tokenizer.
   *
   * @throws DataException where the file is missing or no tokenizer
   */
  public static TextCodec open(Path tokenizerJson) {
    HuggingFaceTokenizer tokenizer =
        TokenizerFile.open(
            tokenizerJson,
            // Stated in full: what is left out would be taken from the file.
            Map.of(
                "addSpecialTokens", "true",
                "padding", "do_not_pad",
                "truncation", "do_not_truncate"));
    try {
      return TokenizerFile.use(
          tokenizerJson,
          () -> new TextCodec(tokenizerJson, tokenizer, tokenizer.encode("a", true, false)));
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * The tokens of a text and nothing else; transformers' {@code tokenizer(text,
   * add_special_tokens=False)}.
   */
  public int[] encode(String text) {
    // Through HuggingFaceTokenizer each token's text and place would be made as well, many times
    // the memory of its id; a document may be a whole book.
    return TokenizerFile.use(
        file,
        () -> {
          long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, false);
          try {
            return ints(TokenizersLibrary.LIB.getTokenIds(encoding));
          } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
          }
        });
  }

  /** The same for many texts at once, on all cores. */
  public List<int[]> encode(List<String> texts) {
    // The library's own batches end the process with the first text that it cannot encode.
    return texts.parallelStream().map(this::encode).toList();
  }

  /**
   * The text of tokens; transformers' {@code tokenizer.decode(ids, skip_special_tokens=True)}
   * without its clean-up of spaces, as is its default from version 5 on.
   */
  public String decode(int... ids) {
    long[] tokens = Arrays.stream(ids).asLongStream().toArray();
    return TokenizerFile.use(file, () -> tokenizer.decode(tokens, true));
  }

  /** The text of tokens, special ones included: what a model reads. */
  public String decodeAll(int... ids) {
    long[] tokens = Arrays.stream(ids).asLongStream().toArray();
    return TokenizerFile.use(file, () -> tokenizer.decode(tokens, false));
  }

  /** The special tokens that the tokenizer puts before a text, such as {@code <s>}. */
  public int[] prefix() {
    return prefix.clone();
  }

  /** The special tokens that the tokenizer puts behind a text, such as {@code </s>}. */
  public int[] suffix() {
    return suffix.clone();
  }

  /**
   * Tokens with the tokenizer's special ones around them, at most {@code maxLength} in all: the
   * last ones of the text are cut off.
   */
  int[] surrounded(int[] tokens, int maxLength) {
    int room = Math.max(0, maxLength - prefix.length - suffix.length);
    return joined(prefix, Arrays.copyOf(tokens, Math.min(room, tokens.length)), suffix);
  }

  /**
   * The id of a token, such as the {@code eos_token} of a config; empty if there is no such one.
   */
  public OptionalInt id(String token) {
    int[] ids = encode(token);
    return ids.length == 1
            && TokenizerFile.use(file, () -> tokenizer.decode(new long[] {ids[0]}, false))
                .strip()
                .equals(token.strip())
        ? OptionalInt.of(ids[0])
        : OptionalInt.empty();
  }

  static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static int[] ints(long[] values) {
    return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
  }
}
