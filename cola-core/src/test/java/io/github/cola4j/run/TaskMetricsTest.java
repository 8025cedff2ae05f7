package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.cola4j.metric.ClassificationMetric;
import io.github.cola4j.spec.Task;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The spec knows the metrics by name only, so that it depends on nothing. */
class TaskMetricsTest {
  @Test
  void aSpecTakesTheMetricsThatThereAre() {
    assertEquals(
        Arrays.stream(ClassificationMetric.values()).map(ClassificationMetric::key).toList(),
        Task.SEQUENCE_CLASSIFICATION.metrics());
  }
}
