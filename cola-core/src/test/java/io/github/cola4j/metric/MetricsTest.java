package io.github.cola4j.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  @Test
  void f1IsOfClassOneAndMacroOverTheClassesThatOccur() {
    int[] labels = {1, 1, 0, 0};
    int[] predictions = {1, 0, 0, 0};
    assertEquals(2.0 / 3, ClassificationMetric.F1.of(labels, predictions), 1e-15);
    assertEquals((2.0 / 3 + 0.8) / 2, ClassificationMetric.F1_MACRO.of(labels, predictions), 1e-15);
    // Class 1 is on neither side: the mean is over classes 0 and 2 alone.
    assertEquals(
        (1.0 + 1.0) / 2, ClassificationMetric.F1_MACRO.of(new int[] {0, 2}, new int[] {0, 2}));
  }

  @Test
  void aQuotientWithoutMeaningIsZero() {
    int[] zeros = {0, 0, 0};
    assertEquals(0, ClassificationMetric.F1.of(zeros, zeros));
    assertEquals(0, ClassificationMetric.MATTHEWS_CORRELATION.of(zeros, new int[] {0, 1, 0}));
    double[] constant = {0.1, 0.1, 0.1};
    double[] rising = {1, 2, 3};
    assertEquals(0, RegressionMetric.PEARSON.of(rising, constant));
    assertEquals(0, RegressionMetric.SPEARMAN.of(constant, rising));
  }

  @Test
  void spearmanSharesRanksAmongEqualValues() {
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 · 5).
    assertEquals(
        4.5 / Math.sqrt(4.5 * 5),
        RegressionMetric.SPEARMAN.of(new double[] {1, 2, 2, 9}, new double[] {1, 2, 3, 4}),
        1e-15);
  }

  @Test
  void manyRowsDoNotOverflow() {
    int n = 200_000;
    int[] labels = new int[n];
    int[] predictions = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = i % 2;
      predictions[i] = labels[i];
    }
    assertEquals(1, ClassificationMetric.MATTHEWS_CORRELATION.of(labels, predictions), 1e-12);
  }

  @Test
  void theTaskDecidesWhichMetricsThereAre() {
    int[] two = {0, 1, 1};
    assertEquals(
        List.of("accuracy", "f1", "f1_macro", "matthews_correlation"),
        List.copyOf(Metrics.forClassification(2, two, two).keySet()));
    assertEquals(
        List.of("accuracy", "f1_macro", "matthews_correlation"),
        List.copyOf(Metrics.forClassification(3, two, two).keySet()));
    assertTrue(ClassificationMetric.ACCURACY.higherIsBetter());
    assertFalse(RegressionMetric.MSE.higherIsBetter());
  }

  @Test
  void arraysThatDoNotFitAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ClassificationMetric.ACCURACY.of(new int[] {1}, new int[] {1, 0}));
    assertThrows(
        IllegalArgumentException.class,
        () -> ClassificationMetric.ACCURACY.of(new int[0], new int[0]));
    assertThrows(
        IllegalArgumentException.class,
        () -> ClassificationMetric.ACCURACY.of(new int[] {-1}, new int[] {0}));
    assertThrows(
        IllegalArgumentException.class,
        () -> ClassificationMetric.F1.of(new int[] {2, 0}, new int[] {0, 0}));
    assertThrows(
        IllegalArgumentException.class,
        () -> RegressionMetric.MSE.of(new double[] {1}, new double[0]));
  }

  @Test
  void aPredictionThatIsNoNumberShows() {
    double[] labels = {1, 2, 3};
    double[] predictions = {1, Double.NaN, 3};
    for (RegressionMetric metric : RegressionMetric.values()) {
      assertTrue(Double.isNaN(metric.of(labels, predictions)), metric.key());
    }
  }

  @Test
  void perplexityIsEToTheMeanLoss() {
    Map<String, Double> values = Metrics.forLanguageModel(Math.log(8));
    assertEquals(8, values.get("perplexity"), 1e-12);
    assertEquals(Math.log(8), values.get("loss"));
    assertEquals(Double.POSITIVE_INFINITY, LanguageModelMetric.PERPLEXITY.of(1e9));
  }

  @Test
  void theBestOfSeveralReferencesCounts() {
    List<String> references = List.of("nothing of it", "the cat sat", "a cat");
    assertEquals(1, RougeMetric.ROUGE_2.of("The cat sat!", references));
    assertEquals(
        0.5, RougeMetric.ROUGE_1.mean(List.of("x", "a b"), List.of(List.of("y"), List.of("b a"))));
    assertEquals(0, RougeMetric.ROUGE_L.of("?!", "?!"), "no words, nothing shared");
    assertThrows(
        IllegalArgumentException.class, () -> RougeMetric.ROUGE_1.of("x", List.<String>of()));
    assertThrows(
        IllegalArgumentException.class, () -> RougeMetric.ROUGE_1.mean(List.of(), List.of()));
  }

  /** A word counts as often as both have it. */
  @Test
  void repeatedWordsAreCountedAgainstEachOther() {
    assertEquals(2.0 / 3, RougeMetric.ROUGE_1.of("the the the", "the the x"), 1e-12);
    assertEquals(0.5, RougeMetric.ROUGE_2.of("a a a", "a a b"), 1e-12);
  }
}
