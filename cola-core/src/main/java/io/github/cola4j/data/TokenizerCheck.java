package io.github.cola4j.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A {@code tokenizer.json}, looked through before the native tokenizers library gets it. Most of
 * what is wrong with such a file the library reports, but some things end the whole process
 * (version 0.21 panics, and a panic cannot cross into Java): those are found here, but for
 * expressions that a text of some length makes search without end ({@link RunawayExpression}).
 * {@link TokenizerFile} reads through this.
 */
final class TokenizerCheck {
  /** The library's JSON reader gives up at 128. */
  private static final int MAX_DEPTH = 100;

  /** Characters of an added token; those that models have are some tens. */
  private static final int MAX_ADDED = 1000;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private TokenizerCheck() {}

  /**
   * The file's text.
   *
   * @throws IOException where it cannot be read
   * @throws IllegalArgumentException saying what would end the process
   */
  static String read(Path file) throws IOException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8 text", e);
    }
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not JSON"
              + (e.getLocation() == null
                  ? ""
                  : " at line %d, column %d"
                      .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr())),
          e);
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("not a JSON object");
    }
    plain(root);
    addedTokens(root.path("added_tokens"));
    expressions(root.path("normalizer"));
    expressions(root.path("pre_tokenizer"));
    normalizers(root.path("normalizer"));
    preTokenizers(root.path("pre_tokenizer"));
    processors(root.path("post_processor"));
    merges(root.path("model"));
    return text;
  }

  /** No numbers and texts that only some JSON readers take. */
  private static void plain(JsonNode node) {
    if (node.isTextual()) {
      plain(node.textValue());
    } else if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      throw new IllegalArgumentException("it holds a number beyond all bounds");
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      plain(entry.getKey());
    }
    node.forEach(TokenizerCheck::plain);
  }

  private static void plain(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("it holds half of a character (a lone surrogate)");
    }
  }

  /** The library's search for them takes ever longer to be built, and ever more memory. */
  private static void addedTokens(JsonNode tokens) {
    for (JsonNode token : tokens) {
      int length = token.path("content").asText().length();
      if (length > MAX_ADDED) {
        throw new IllegalArgumentException(
            "it adds a token of %d characters, more than %d".formatted(length, MAX_ADDED));
      }
    }
  }

  private static void expressions(JsonNode node) {
    JsonNode regex = node.path("Regex");
    if (regex.isTextual() && RunawayExpression.is(regex.textValue())) {
      throw new IllegalArgumentException(
          "its expression %s may search without end, as it repeats what is repeated"
              .formatted(regex));
    }
    node.forEach(TokenizerCheck::expressions);
  }

  private static void normalizers(JsonNode node) {
    if (is("Precompiled", node) || node.has("precompiled_charsmap")) {
      CharsMap.check(node.path("precompiled_charsmap"));
    }
    if (is("Prepend", node) && node.path("prepend").asText().isEmpty()) {
      throw new IllegalArgumentException("its normalizer puts nothing before a text");
    }
    JsonNode pattern = node.path("pattern");
    if (pattern.path("String").isTextual() && pattern.path("String").textValue().isEmpty()
        || pattern.path("Regex").isTextual() && findsNothing(pattern.path("Regex").textValue())) {
      throw new IllegalArgumentException("its normalizer replaces what has no length");
    }
    node.path("normalizers").forEach(TokenizerCheck::normalizers);
  }

  /**
   * Whether an expression finds empty places in a text. Oniguruma's expressions are not quite
   * Java's: one that Java does not know is let through.
   */
  private static boolean findsNothing(String regex) {
    try {
      Matcher matcher = Pattern.compile(regex).matcher("a b");
      while (matcher.find()) {
        if (matcher.start() == matcher.end()) {
          return true;
        }
      }
      return false;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static void preTokenizers(JsonNode node) {
    if (node.has("length") && node.path("length").asLong() < 1) {
      throw new IllegalArgumentException(
          "its pre-tokenizer splits into pieces of length " + node.path("length").asText());
    }
    node.path("pretokenizers").forEach(TokenizerCheck::preTokenizers);
  }

  /** A template may put in what there is: its special tokens, the text, the second of a pair. */
  private static void processors(JsonNode node) {
    if (is("TemplateProcessing", node) || node.has("single") || node.has("pair")) {
      template(node, "single", Set.of("A"));
      template(node, "pair", Set.of("A", "B"));
    }
    node.path("processors").forEach(TokenizerCheck::processors);
  }

  private static void template(JsonNode node, String which, Set<String> texts) {
    for (JsonNode piece : node.path(which)) {
      String text = piece.path("Sequence").path("id").asText("A");
      String token = piece.path("SpecialToken").path("id").textValue();
      if (!texts.contains(text) || token != null && !node.path("special_tokens").has(token)) {
        throw new IllegalArgumentException(
            "its post_processor's template for %s uses %s, which is not there"
                .formatted(
                    which.equals("single") ? "a single text" : "a pair",
                    token != null ? "the special token '" + token + "'" : "text " + text));
      }
    }
  }

  /** The library cuts the prefix off the second part of each merge, whether it is there or not. */
  private static void merges(JsonNode model) {
    String prefix = model.path("continuing_subword_prefix").asText("");
    if (prefix.isEmpty()) {
      return;
    }
    for (JsonNode merge : model.path("merges")) {
      String second =
          merge.isTextual()
              ? merge.textValue().substring(merge.textValue().indexOf(' ') + 1)
              : merge.path(1).asText();
      if (!second.startsWith(prefix)) {
        throw new IllegalArgumentException(
            "its merge %s lacks the continuing_subword_prefix '%s'".formatted(merge, prefix));
      }
    }
  }

  private static boolean is(String type, JsonNode node) {
    return node.path("type").asText().equals(type);
  }
}
