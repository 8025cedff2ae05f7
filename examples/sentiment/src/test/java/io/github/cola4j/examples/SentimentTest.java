package io.github.cola4j.examples;

import static io.github.cola4j.junit.ColaAssertions.assertThatModel;
import static io.github.cola4j.junit.ColaAssertions.assertThatRun;

import io.github.cola4j.junit.ColaRun;
import io.github.cola4j.junit.RunResult;
import io.github.cola4j.junit.TrainedModel;
import org.junit.jupiter.api.Test;

/** Gates as tests: they run behind the training, and judge what came out of it. */
@ColaRun("target/cola/sentiment")
class SentimentTest {
  @Test
  void isGoodEnoughAndSmall(RunResult run) {
    assertThatRun(run).keeps("accuracy", ">= 0.80").keeps("adapter_size", "<= 1 MB");
  }

  @Test
  void tellsPraiseFromComplaint(TrainedModel reviews) {
    assertThatModel(reviews)
        .classifies("a gem of a film")
        .as("positive")
        .classifies("a mess from start to end")
        .as("negative", ">= 0.8");
  }
}
