package io.github.cola4j.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What transformers generates and samples from, made by {@code src/test/python/generate_toy.py}.
 */
class TransformersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<JsonNode> cases(String file) throws IOException {
    try (InputStream in = TransformersTest.class.getResourceAsStream(file)) {
      List<JsonNode> cases = new ArrayList<>();
      JSON.readTree(in).get("cases").forEach(cases::add);
      return cases;
    }
  }

  private record Case(
      ToyModel model, GenerationSettings settings, GenerationControl control, List<int[]> prompts) {
    static Case of(JsonNode given) {
      ToyModel model = JSON.convertValue(given.get("toy"), ToyModel.class);
      JsonNode flat = given.get("settings");
      int beams = flat.get("num_beams").intValue();
      Strategy strategy =
          beams == 1
              ? new Strategy.Greedy()
              : new Strategy.BeamSearch(
                  beams,
                  flat.get("length_penalty").doubleValue(),
                  EarlyStopping.valueOf(
                      flat.get("early_stopping").asText().toUpperCase(Locale.ROOT)));
      SpecialTokens tokens =
          model.tokens(
              List.of(JSON.convertValue(flat.get("eos_token_id"), Integer[].class)),
              token(given.get("pad")),
              token(flat.get("forced_bos_token_id")),
              token(flat.get("forced_eos_token_id")));
      GenerationSettings settings =
          new GenerationSettings(
              flat.get("max_new_tokens").intValue(),
              flat.get("min_new_tokens").intValue(),
              strategy,
              tokens,
              flat.get("repetition_penalty").doubleValue(),
              flat.get("no_repeat_ngram_size").intValue());
      int modulo = given.get("stop_modulo").intValue();
      StoppingRule stopping =
          (row, text) ->
              modulo > 0
                  && text.length >= 2
                  && (text[text.length - 1] + text[text.length - 2]) % modulo == 0;
      return new Case(
          model,
          settings,
          GenerationControl.NONE.withStopping(stopping),
          List.of(JSON.convertValue(given.get("prompts"), int[][].class)));
    }

    private static OptionalInt token(JsonNode value) {
      return value.isNull() ? OptionalInt.empty() : OptionalInt.of(value.intValue());
    }

    List<int[]> generated(List<int[]> some) {
      return new Generator(model).generate(some, settings, control);
    }
  }

  static Stream<JsonNode> generation() throws IOException {
    return cases("generation.json").stream();
  }

  static Stream<JsonNode> sampling() throws IOException {
    return cases("sampling.json").stream();
  }

  @ParameterizedTest
  @MethodSource("generation")
  void generatesTheSameTokens(JsonNode given) {
    Case one = Case.of(given);
    String expected = given.get("expected").toString();
    assertEquals(expected, JSON.valueToTree(one.generated(one.prompts)).toString());
  }

  @ParameterizedTest
  @MethodSource("generation")
  void eachRowIsAsAlone(JsonNode given) {
    Case one = Case.of(given);
    for (int row = 0; row < one.prompts.size(); row++) {
      String expected = given.get("expected").get(row).toString();
      List<int[]> alone = one.generated(one.prompts.subList(row, row + 1));
      // The rule that stops rows is told row 0, and doesn't look.
      assertEquals(expected, JSON.valueToTree(alone.get(0)).toString(), "row " + row);
    }
  }

  @Test
  void theCasesCoverWhatTheyAreFor() throws IOException {
    List<JsonNode> all = cases("generation.json");
    assertTrue(all.size() >= 200);
    for (String early : List.of("false", "true", "never")) {
      assertTrue(
          all.stream()
                  .map(given -> given.get("settings"))
                  .filter(flat -> flat.get("num_beams").intValue() > 1)
                  .filter(flat -> flat.get("early_stopping").asText().equals(early))
                  .count()
              >= 50,
          early);
    }
    long endedEarly =
        all.stream()
            .filter(
                given ->
                    Stream.iterate(0, row -> row + 1)
                        .limit(given.get("expected").size())
                        .anyMatch(
                            row ->
                                given.get("expected").get(row).size()
                                    < given.get("settings").get("max_new_tokens").intValue()))
            .count();
    assertTrue(endedEarly >= 100, endedEarly + " end before their greatest length");
  }

  @ParameterizedTest
  @MethodSource("sampling")
  void samplesFromTheSameDistribution(JsonNode given) {
    JsonNode flat = given.get("settings");
    TokenDistribution distribution =
        new TokenDistribution(
            new Strategy.Sampling(
                flat.get("temperature").doubleValue(),
                flat.get("top_k").intValue(),
                flat.get("top_p").doubleValue(),
                0));
    float[] scores = new float[given.get("scores").size()];
    for (int token = 0; token < scores.length; token++) {
      JsonNode score = given.get("scores").get(token);
      scores[token] = score.isNull() ? Float.NEGATIVE_INFINITY : score.floatValue();
    }
    double[] expected = JSON.convertValue(given.get("expected"), double[].class);
    double[] actual = distribution.of(scores);
    for (int token = 0; token < expected.length; token++) {
      assertEquals(expected[token] > 0, actual[token] > 0, "whether token " + token + " is kept");
      assertEquals(expected[token], actual[token], 1e-6, "probability of token " + token);
    }
    assertEquals(1, Arrays.stream(actual).sum(), 1e-12);
  }
}
