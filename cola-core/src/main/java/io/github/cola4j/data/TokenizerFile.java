package io.github.cola4j.data;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** A base's {@code tokenizer.json}. */
final class TokenizerFile {
  private TokenizerFile() {}

  /**
   * Opens it.
   *
   * @param options DJL's; one that is left out is taken from the file
   * @throws DataException where the file is missing or no tokenizer
   */
  static HuggingFaceTokenizer open(Path file, Map<String, String> options) {
    // By a stream: by its path DJL would also look for files beside it, and change the texts.
    try {
      byte[] text = TokenizerCheck.read(file).getBytes(StandardCharsets.UTF_8);
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(text), options);
    } catch (IOException e) {
      throw failed(file, "cannot be read (" + e.getMessage() + ")", e);
    } catch (RuntimeException e) {
      throw failed(file, "is not a tokenizer (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Has the library encode or decode.
   *
   * @throws DataException with the reason for which it does not: the tokenizer lacks an unknown
   *     token, say
   */
  static <T> T use(Path file, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) { // of no particular type
      throw failed(file, "cannot be used (" + e.getMessage() + ")", e);
    }
  }

  private static DataException failed(Path file, String problem, Exception cause) {
    DataException e =
        new DataException(
            file,
            0,
            problem,
            "The base's folder needs its tokenizer.json, as Hugging Face's fast tokenizers write it");
    e.initCause(cause);
    return e;
  }
}
