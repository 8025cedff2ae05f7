package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.cola4j.metric.ClassificationMetric;
import io.github.cola4j.metric.LanguageModelMetric;
import io.github.cola4j.metric.Metric;
import io.github.cola4j.metric.Metrics;
import io.github.cola4j.metric.RegressionMetric;
import io.github.cola4j.metric.RougeMetric;
import io.github.cola4j.spec.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The spec knows the metrics by name only, so that it depends on nothing. */
class TaskMetricsTest {
  @Test
  void aSpecTakesTheMetricsThatThereAre() {
    assertEquals(keys(ClassificationMetric.values()), Task.SEQUENCE_CLASSIFICATION.metrics());
    assertEquals(keys(RegressionMetric.values()), Task.SEQUENCE_REGRESSION.metrics());
    assertEquals(keys(LanguageModelMetric.values()), Task.CAUSAL_LM.metrics());
    List<String> both = new ArrayList<>(keys(LanguageModelMetric.values()));
    both.addAll(keys(RougeMetric.values()));
    assertEquals(both, Task.SEQUENCE_TO_SEQUENCE.metrics());
  }

  @Test
  void aMetricIsFoundByItsKeyAndKnowsWhatIsBetter() {
    for (Task task : Task.values()) {
      for (String key : task.metrics()) {
        assertEquals(key, Metrics.of(key).key());
        assertEquals(
            !List.of("mse", "loss", "perplexity").contains(key),
            Metrics.of(key).higherIsBetter(),
            key);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> Metrics.of("bleu"));
  }

  private static List<String> keys(Metric... metrics) {
    return Arrays.stream(metrics).map(Metric::key).toList();
  }
}
