package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextEncoderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** The expected ids are transformers'; tokens/generate.py made them. */
  @ParameterizedTest
  @CsvSource({"bert, 16", "bert, 64", "bert, 256", "roberta, 16", "roberta, 64", "roberta, 256"})
  void tokensAreThoseOfTransformers(String arch, int maxLength) throws Exception {
    int cases = 0;
    List<String> singles = new ArrayList<>();
    List<Encoded> expected = new ArrayList<>();
    try (TextEncoder encoder = TextEncoder.open(tokenizer(arch), maxLength);
        TextEncoder stated = TextEncoder.open(stating(arch), maxLength)) {
      for (JsonNode c : JSON.readTree(resource("tokens/expected.json").toFile())) {
        if (c.get("arch").asText().equals(arch) && c.get("max_length").asInt() == maxLength) {
          Encoded tokens = new Encoded(ints(c.get("ids")), ints(c.get("types")));
          String first = c.get("first").asText();
          String second = c.get("second").textValue();
          same(tokens, encoder.encode(first, second));
          same(tokens, stated.encode(first, second));
          if (second == null) {
            singles.add(first);
            expected.add(tokens);
          }
          cases++;
        }
      }
      List<Encoded> batch = encoder.encode(singles, null);
      for (int i = 0; i < batch.size(); i++) {
        same(expected.get(i), batch.get(i));
      }
    }
    assertTrue(cases > 10 && !singles.isEmpty());
  }

  @Test
  void pairsInABatchAreEncodedAsOneByOne() throws Exception {
    List<String> first = List.of("it rains", "a much longer sentence than the other");
    List<String> second = List.of("does it rain?", "short");
    try (TextEncoder encoder = TextEncoder.open(stating("bert"), 16)) {
      List<Encoded> batch = encoder.encode(first, second);
      for (int i = 0; i < 2; i++) {
        same(encoder.encode(first.get(i), second.get(i)), batch.get(i));
      }
      assertEquals(1, batch.get(0).types()[batch.get(0).length() - 1]);
      assertThrows(IllegalArgumentException.class, () -> encoder.encode(first, List.of("alone")));
    }
  }

  @Test
  void charactersThatJavaWritesInItsOwnWayAreNoTrouble() throws Exception {
    try (TextEncoder encoder = TextEncoder.open(tokenizer("roberta"), 64)) {
      int[] smile = encoder.encode("😀", null).ids();
      assertEquals(4 + 2, smile.length, "four bytes, none of them merged, and two special tokens");
      assertTrue(encoder.encode("nul \0 and a lone surrogate \uD83D .", null).length() > 2);
    }
  }

  @Test
  void aLengthWithoutRoomForTextIsRefused() throws Exception {
    Path bert = tokenizer("bert");
    DataException e = assertThrows(DataException.class, () -> TextEncoder.open(bert, 4));
    assertTrue(e.getMessage().contains("Set max_length to 5 or more"), e.getMessage());
    try (TextEncoder encoder = TextEncoder.open(bert, 5)) {
      assertEquals(5, encoder.encode("one two three", "four five six").length());
    }
    assertThrows(DataException.class, () -> TextEncoder.open(bert, 1));
  }

  @Test
  void aFileThatIsNoTokenizerIsReported() throws IOException {
    Path none = folder.resolve("tokenizer.json");
    DataException e = assertThrows(DataException.class, () -> TextEncoder.open(none, 16));
    assertEquals(none, e.file());
    Files.writeString(none, "{\"version\": \"1.0\"}");
    e = assertThrows(DataException.class, () -> TextEncoder.open(none, 16));
    assertTrue(e.getMessage().contains("is not a tokenizer"), e.getMessage());
  }

  /** The tokenizer with the padding and truncation that MiniLM's and many other files state. */
  private Path stating(String arch) throws Exception {
    ObjectNode file = (ObjectNode) JSON.readTree(tokenizer(arch).toFile());
    file.set(
        "truncation",
        JSON.readTree(
            "{\"direction\": \"Right\", \"max_length\": 20, \"strategy\": \"OnlyFirst\","
                + " \"stride\": 3}"));
    file.set(
        "padding",
        JSON.readTree(
            "{\"strategy\": {\"Fixed\": 20}, \"direction\": \"Right\", \"pad_to_multiple_of\": 8,"
                + " \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"[PAD]\"}"));
    Path stating = folder.resolve(arch + ".json");
    JSON.writeValue(stating.toFile(), file);
    return stating;
  }

  private static Path tokenizer(String arch) throws URISyntaxException {
    return resource("golden/" + arch + "/checkpoint/tokenizer.json");
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(TextEncoderTest.class.getResource("/" + name).toURI());
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static void same(Encoded expected, Encoded found) {
    assertArrayEquals(expected.ids(), found.ids());
    assertArrayEquals(expected.types(), found.types());
  }
}
