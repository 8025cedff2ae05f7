package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextCodecTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** The expected ids and texts are transformers'; tokens/generate_codec.py made them. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void tokensAndTextsAreThoseOfTransformers(String arch) throws Exception {
    int cases = 0;
    try (TextCodec codec = TextCodec.open(tokenizer(arch));
        TextCodec stated = TextCodec.open(stating(arch))) {
      for (JsonNode c : JSON.readTree(resource("tokens/codec.json").toFile())) {
        if (c.get("arch").asText().equals(arch)) {
          String text = c.get("text").asText();
          assertArrayEquals(ints(c.get("ids")), codec.encode(text), text);
          assertArrayEquals(ints(c.get("ids")), stated.encode(List.of("", text)).get(1), text);
          assertEquals(c.get("decoded").asText(), codec.decode(ints(c.get("part"))), text);
          cases++;
        }
      }
    }
    assertTrue(cases > 20);
  }

  @Test
  void specialTokensStandAroundATextAndItsEndIsCut() throws Exception {
    try (TextCodec codec = TextCodec.open(tokenizer("bert"));
        TextEncoder encoder = TextEncoder.open(tokenizer("bert"), 6)) {
      assertArrayEquals(ints(codec.id("[CLS]")), codec.prefix());
      assertArrayEquals(ints(codec.id("[SEP]")), codec.suffix());
      for (String text : List.of("", "short", "one two three four five six seven")) {
        assertArrayEquals(
            encoder.encode(text, null).ids(), codec.surrounded(codec.encode(text), 6), text);
      }
    }
    try (TextCodec bare = TextCodec.open(bare())) {
      assertEquals(0, bare.prefix().length + bare.suffix().length);
    }
  }

  @Test
  void aTokenHasAnIdIfItIsOne() throws Exception {
    try (TextCodec codec = TextCodec.open(tokenizer("roberta"))) {
      assertEquals(OptionalInt.of(2), codec.id("</s>"));
      assertEquals(OptionalInt.empty(), codec.id("<|im_end|>"));
      assertEquals(OptionalInt.empty(), codec.id(""));
    }
    try (TextCodec codec = TextCodec.open(tokenizer("bert"))) {
      assertEquals(OptionalInt.empty(), codec.id("日"), "the token of what is unknown");
    }
  }

  @Test
  void aFileThatIsNoTokenizerIsReported() {
    Path none = folder.resolve("none.json");
    assertEquals(none, assertThrows(DataException.class, () -> TextCodec.open(none)).file());
  }

  /** A tokenizer that puts nothing around a text. */
  private Path bare() throws Exception {
    ObjectNode file = (ObjectNode) JSON.readTree(tokenizer("roberta").toFile());
    file.putNull("post_processor");
    Path bare = folder.resolve("bare.json");
    JSON.writeValue(bare.toFile(), file);
    return bare;
  }

  /** A tokenizer that states padding and truncation, which must not count. */
  private Path stating(String arch) throws Exception {
    ObjectNode file = (ObjectNode) JSON.readTree(tokenizer(arch).toFile());
    file.set(
        "truncation",
        JSON.readTree(
            "{\"direction\": \"Right\", \"max_length\": 5, \"strategy\": \"LongestFirst\","
                + " \"stride\": 0}"));
    file.set(
        "padding",
        JSON.readTree(
            "{\"strategy\": {\"Fixed\": 40}, \"direction\": \"Right\", \"pad_to_multiple_of\":"
                + " null, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"[PAD]\"}"));
    Path stating = folder.resolve(arch + ".json");
    JSON.writeValue(stating.toFile(), file);
    return stating;
  }

  static Path tokenizer(String arch) throws Exception {
    return resource("golden/" + arch + "/checkpoint/tokenizer.json");
  }

  private static Path resource(String name) throws Exception {
    return Path.of(TextCodecTest.class.getResource("/" + name).toURI());
  }

  private static int[] ints(OptionalInt value) {
    return new int[] {value.orElseThrow()};
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
