package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of these ends the whole process in the native library. */
class TokenizerCheckTest {
  private static final String SOUND =
      """
      {'normalizer': null, 'pre_tokenizer': null, 'post_processor': null, 'decoder': null,
       'model': {'type': 'WordLevel', 'vocab': {'length': 0, 'single': 1}, 'unk_token': 'length'}}""";

  @TempDir Path folder;

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("tokenizer.json"), json.replace('\'', '"'));
  }

  private void isRefused(Path file, String saying) {
    DataException e = assertThrows(DataException.class, () -> TextEncoder.open(file, 16));
    assertEquals(file, e.file());
    assertTrue(e.getMessage().contains(saying), e.getMessage());
  }

  @Test
  void aSoundOneIsOpened() throws IOException {
    try (TextEncoder encoder = TextEncoder.open(file(SOUND), 16)) {
      assertEquals(1, encoder.encode("single", null).ids()[0]);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'decoder': null | 'decoder': {'type' | not JSON",
        "'decoder': null | 'decoder': {'type': 1e999} | a number beyond all bounds",
        "'decoder': null | 'decoder': {'type': '\\ud800'} | half of a character",
        "'decoder': null | 'decoder': null, 'decoder': null | not JSON at line 1, column",
        "'normalizer': null | 'normalizer': {'type': 'Precompiled'} | charsmap is damaged",
        "'normalizer': null | 'normalizer': {'type': 'Replace', 'pattern': {'String': ''}, 'content': 'x'} | no length",
        "'normalizer': null | 'normalizer': {'type': 'Replace', 'pattern': {'Regex': 'a*'}, 'content': 'x'} | no length",
        "'normalizer': null | 'normalizer': {'type': 'Sequence', 'normalizers': [{'type': 'Prepend', 'prepend': ''}]} | puts nothing",
        "'pre_tokenizer': null | 'pre_tokenizer': {'type': 'Split', 'pattern': {'Regex': '(a+)+$'}, 'behavior': 'Removed', 'invert': false} | repeats what is repeated",
        "'pre_tokenizer': null | 'pre_tokenizer': {'type': 'FixedLength', 'length': 0} | pieces of length 0",
        "'post_processor': null | 'post_processor': {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': 'x', 'type_id': 0}}], 'pair': [], 'special_tokens': {}} | a single text uses the special token 'x'",
        "'post_processor': null | 'post_processor': {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id': 'B', 'type_id': 0}}], 'pair': [], 'special_tokens': {}} | a single text uses text B",
        "'type': 'WordLevel' | 'type': 'BPE', 'continuing_subword_prefix': '##', 'merges': ['a b'] | lacks the continuing_subword_prefix",
      })
  void whatTheLibraryDoesNotOutliveIsRefused(String of, String by, String saying)
      throws IOException {
    assertTrue(SOUND.contains(of), of);
    isRefused(file(SOUND.replace(of, by)), saying);
  }

  @Test
  void anAddedTokenWithoutEndIsRefused() throws IOException {
    String token = "{'id': 7, 'content': '" + "a".repeat(100_000) + "'}";
    isRefused(
        file(SOUND.replace("'decoder': null", "'decoder': null, 'added_tokens': [" + token + "]")),
        "adds a token of 100000 characters");
  }

  /** Those of Llama 3, Qwen2, GPT-4o and the like. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{M}]*[\\p{Ll}\\p{M}]+(?i:'s|'t|'d)?|\\p{N}{1,3}",
        " ?[^(\\s|[.,!?\\(\\)])]+",
        "(ab)+c*"
      })
  void ordinaryExpressionsAreTaken(String regex) {
    assertFalse(RunawayExpression.is(regex));
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    isRefused(file("[".repeat(100_000)), "not JSON");
  }

  @Test
  void otherBytesThanTextAreRefused() throws IOException {
    isRefused(Files.write(file(SOUND), new byte[] {'{', (byte) 0xff}), "not UTF-8");
  }

  /** A trie of one letter, a, that leads to the text A; then the same leading elsewhere. */
  @Test
  void aNormalizationTableLeadsNowhereElse() throws IOException {
    try (TextEncoder encoder = TextEncoder.open(file(precompiled(0)), 16)) {
      assertEquals(1, encoder.encode("a", null).ids()[0]);
    }
    isRefused(file(precompiled(3)), "charsmap is damaged");
  }

  @Test
  void aTextThatCannotBeEncodedIsToldAmongMany() throws IOException {
    Path file = file(SOUND.replace("'unk_token': 'length'", "'unk_token': 'missing'"));
    List<String> texts = List.of("single", "other", "single");
    try (TextEncoder encoder = TextEncoder.open(file, 16);
        TextCodec codec = TextCodec.open(file(SOUND.replace("{'length': 0,", "{'a': 0,")))) {
      assertThrows(DataException.class, () -> encoder.encode(texts, null));
      assertThrows(DataException.class, () -> encoder.encode(texts, texts));
      assertThrows(DataException.class, () -> codec.encode(texts));
    }
  }

  @Test
  void aTemplateThatRepeatsTheTextMakesNoRowTooLong() throws IOException {
    Path file =
        file(
            SOUND
                .replace(
                    "'post_processor': null",
                    "'post_processor': {'type': 'TemplateProcessing', 'single': [{'Sequence': {'id':"
                        + " 'A', 'type_id': 0}}, {'Sequence': {'id': 'A', 'type_id': 0}}], 'pair':"
                        + " [{'Sequence': {'id': 'A', 'type_id': 0}}, {'Sequence': {'id': 'B',"
                        + " 'type_id': 0}}], 'special_tokens': {}}")
                .replace("'pre_tokenizer': null", "'pre_tokenizer': {'type': 'Whitespace'}"));
    try (TextEncoder encoder = TextEncoder.open(file, 4)) {
      assertEquals(4, encoder.encode("single single", null).length());
      assertThrows(DataException.class, () -> encoder.encode("single single single", null));
    }
  }

  private static String precompiled(int text) {
    ByteBuffer map = ByteBuffer.allocate(4 + 4 * 512 + 2).order(ByteOrder.LITTLE_ENDIAN);
    map.putInt(0, 4 * 512);
    map.putInt(4, 256 << 10); // the root's children begin at 256
    map.putInt(4 + 4 * (256 ^ 'a'), 'a' | 1 << 8 | 1 << 10); // a leaf, its value beside it
    map.putInt(4 + 4 * (256 ^ 'a' ^ 1), 1 << 31 | text);
    map.put(4 + 4 * 512, (byte) 'A');
    String base64 = new String(Base64.getEncoder().encode(map.array()), StandardCharsets.US_ASCII);
    return SOUND
        .replace(
            "'normalizer': null",
            "'normalizer': {'type': 'Precompiled', 'precompiled_charsmap': '" + base64 + "'}")
        .replace("'single': 1", "'A': 1");
  }
}
