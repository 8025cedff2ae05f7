package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A {@code tokenizer.json} for models that know no language: token 17 is the word {@code w17}, and
 * blanks stand between words.
 */
final class WordTokenizer {
  private WordTokenizer() {}

  static void write(Path folder, int vocabulary) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    json.putArray("added_tokens");
    json.putNull("normalizer");
    json.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    json.putNull("post_processor").putNull("decoder");
    ObjectNode model = json.putObject("model").put("type", "WordLevel");
    ObjectNode vocab = model.putObject("vocab");
    for (int i = 0; i < vocabulary; i++) {
      vocab.put("w" + i, i);
    }
    model.put("unk_token", "w0");
    try {
      new ObjectMapper().writeValue(folder.resolve("tokenizer.json").toFile(), json);
    } catch (IOException e) {
      throw new BenchException("tokenizer.json cannot be written: " + e.getMessage(), e);
    }
  }
}
