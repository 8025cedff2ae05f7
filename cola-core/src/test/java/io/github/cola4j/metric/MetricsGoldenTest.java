package io.github.cola4j.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cola4j.golden.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The metrics against scikit-learn's, SciPy's and torchmetrics'. */
class MetricsGoldenTest {
  private static final double TOLERANCE = 1e-12;

  @Test
  void classificationMetricsAreScikitLearns() throws IOException {
    JsonNode cases = section("classification");
    assertFalse(cases.isEmpty());
    for (JsonNode c : cases) {
      int[] labels = Arrays.stream(numbers(c.get("labels"))).mapToInt(v -> (int) v).toArray();
      int[] predictions =
          Arrays.stream(numbers(c.get("predictions"))).mapToInt(v -> (int) v).toArray();
      boolean binary = !c.get("f1_binary").isNull();
      Map<String, Double> found = Metrics.forClassification(binary ? 2 : 3, labels, predictions);
      assertEquals(c.get("accuracy").asDouble(), found.get("accuracy"), TOLERANCE);
      assertEquals(c.get("f1_macro").asDouble(), found.get("f1_macro"), TOLERANCE);
      assertEquals(
          c.get("matthews_correlation").asDouble(), found.get("matthews_correlation"), TOLERANCE);
      assertEquals(binary, found.containsKey("f1"));
      if (binary) {
        assertEquals(c.get("f1_binary").asDouble(), found.get("f1"), TOLERANCE);
      }
    }
  }

  @Test
  void regressionMetricsAreSciPys() throws IOException {
    JsonNode cases = section("regression");
    assertTrue(cases.size() > 0);
    for (JsonNode c : cases) {
      Map<String, Double> found =
          Metrics.forRegression(numbers(c.get("labels")), numbers(c.get("predictions")));
      for (String key : new String[] {"pearson", "spearman", "mse"}) {
        assertEquals(c.get(key).asDouble(), found.get(key), TOLERANCE, key);
      }
    }
  }

  @Test
  void rougeIsTorchmetrics() throws IOException {
    JsonNode cases = section("rouge");
    assertTrue(cases.size() > 0);
    Map<String, Double> sums = new HashMap<>();
    List<String> predictions = new ArrayList<>();
    List<List<String>> references = new ArrayList<>();
    for (JsonNode c : cases) {
      predictions.add(c.get("prediction").asText());
      references.add(List.of(c.get("reference").asText()));
      Map<String, Double> found =
          Metrics.forGeneratedTexts(
              List.of(predictions.get(predictions.size() - 1)),
              List.of(references.get(references.size() - 1)));
      for (String key : new String[] {"rouge1", "rouge2", "rougeL"}) {
        double expected = c.get(key + "_fmeasure").asDouble();
        // The reference computes with 32 bits.
        assertEquals(expected, found.get(key), 1e-6, key + " of " + c);
        sums.merge(key, expected, Double::sum);
      }
    }
    Map<String, Double> all = Metrics.forGeneratedTexts(predictions, references);
    sums.forEach((key, sum) -> assertEquals(sum / cases.size(), all.get(key), 1e-6, key));
  }

  private static JsonNode section(String name) throws IOException {
    return new ObjectMapper().readTree(Golden.file("metrics.json").toFile()).get(name);
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
