package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a run trains, what it keeps, and what it says of that. */
class TrainingTest {
  @TempDir Path folder;

  @Test
  void itLearns() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune("training.epochs=8", "training.base_dropout=false");
    List<Double> losses = values(project, "step_done", "loss");
    int epoch = SmallProject.STEPS_PER_EPOCH;
    double first = mean(losses.subList(0, epoch));
    double last = mean(losses.subList(losses.size() - epoch, losses.size()));
    assertTrue(last < 0.7 * first, first + " to " + last);
  }

  @Test
  void whatASummarySays() {
    SmallProject project = SmallProject.bert(folder);
    List<Event> events = project.finetune();
    JsonNode summary = project.json("run/summary.json");
    assertEquals("base", summary.get("base").asText());
    assertEquals("sequence-classification", summary.get("task").asText());
    assertEquals("LABEL_0", summary.get("labels").get(0).asText());
    assertEquals(22, summary.get("steps").asInt());
    assertEquals(44, summary.get("training_rows").asInt());
    assertEquals(5, summary.get("sites").asInt()); // query and value of two layers, classifier
    assertEquals(4 * 4 * (32 + 32) + 2 * 32 + 2, summary.get("trainable_parameters").asInt());
    assertTrue(summary.get("examples_per_second").asDouble() > 0);

    Event.RunStarted started = (Event.RunStarted) events.get(0);
    assertEquals(
        new Event.RunStarted("run", "base", "sequence-classification", 44, 22, 1090, 5, "cpu", 1),
        started);
    Event.RunFinished finished = (Event.RunFinished) events.get(events.size() - 1);
    assertEquals(22, finished.step());
    assertEquals(project.output().resolve("adapter"), finished.adapter());
    assertEquals(
        summary.get("metrics").get("accuracy").asDouble(), finished.metrics().get("accuracy"));
    JsonNode line = project.metrics("step_done").get(0);
    for (String key : List.of("loss", "lr", "examples_per_second", "server_millis", "fit_millis")) {
      assertTrue(line.get(key).isNumber(), key);
    }
    for (String file : List.of("summary.json", "spec.yaml", "inputs.json", "metrics.jsonl")) {
      assertFalse(project.read("run/" + file).contains(folder.toString()), file);
    }
    assertFalse(project.read("run/adapter/adapter_config.json").contains(folder.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "bare", "roberta", "linear"})
  void theAdapterIsThatOfTheBestStep(String kind) {
    SmallProject project =
        switch (kind) {
          case "roberta" -> SmallProject.roberta(folder);
          case "bare" -> SmallProject.bareBert(folder);
          default -> SmallProject.bert(folder);
        };
    String adapter = kind.equals("linear") ? "{kind: linear}" : "{r: 4, lora_alpha: 8}";
    // So large a rate that training goes up and down.
    project.finetune(
        "adapter=" + adapter,
        "training.optimizer.lr=0.1",
        "training.epochs=4",
        "evaluation.every=3");
    List<JsonNode> validations = project.metrics("validated");
    assertEquals(
        Stream.concat(LongStream.rangeClosed(1, 14).map(i -> 3 * i).boxed(), Stream.of(44L))
            .toList(),
        validations.stream().map(v -> v.get("step").asLong()).toList());
    JsonNode best = validations.get(0);
    for (JsonNode validation : validations) {
      boolean better = accuracy(validation) > accuracy(best);
      assertEquals(better || validation == best, validation.get("best").asBoolean());
      best = better ? validation : best;
    }
    assertNotEquals(44, best.get("step").asInt(), "the last step was the best: nothing is shown");
    JsonNode summary = project.json("run/summary.json");
    assertEquals(best.get("step"), summary.get("kept_step"));
    assertEquals(best.get("metrics"), summary.get("metrics"));
    assertEquals(accuracy(best), predictedAccuracy(project));
  }

  @Test
  void theLastAdapterIsKeptIfAskedFor() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(
        "training.optimizer.lr=0.1",
        "training.epochs=3",
        "evaluation={every: 4, keep: last}",
        "gradient_learning.merged=true");
    List<JsonNode> validations = project.metrics("validated");
    JsonNode last = validations.get(validations.size() - 1);
    JsonNode summary = project.json("run/summary.json");
    assertEquals(33, last.get("step").asInt());
    assertEquals(33, summary.get("kept_step").asInt());
    assertEquals(last.get("metrics"), summary.get("metrics"));
    assertEquals(accuracy(last), predictedAccuracy(project));
  }

  @Test
  void earlyStopping() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(
        "training.optimizer.lr=0.1",
        "training.epochs=50",
        "evaluation={every: 2, patience: 3, metric: matthews_correlation}");
    List<JsonNode> validations = project.metrics("validated");
    int count = validations.size();
    assertTrue(count < 50 * SmallProject.STEPS_PER_EPOCH / 2, "not stopped early");
    assertTrue(validations.get(count - 4).get("best").asBoolean());
    for (JsonNode validation : validations.subList(count - 3, count)) {
      assertFalse(validation.get("best").asBoolean());
    }
    long steps = validations.get(count - 1).get("step").asLong();
    assertEquals(steps, project.steps().size());
    assertEquals(steps, project.json("run/summary.json").get("steps").asLong());
    assertEquals(steps - 6, project.json("run/summary.json").get("kept_step").asLong());
  }

  @Test
  void maxStepsAndAShortLastInterval() {
    SmallProject project = SmallProject.bert(folder.resolve("short"));
    project.finetune("gradient_learning.interval=4"); // 4 + 4 + 3 batches
    assertEquals(6, project.steps().size());
    assertEquals(
        List.of(1 / 3.0, 2 / 3.0, 1.0, 4 / 3.0, 5 / 3.0, 2.0),
        values(project, "step_done", "epoch"));

    project = SmallProject.bert(folder.resolve("most"));
    project.finetune(
        "gradient_learning.interval=4",
        "training.max_steps=4",
        "training.schedule={name: linear, warmup: 0}",
        "training.optimizer.lr=1.0e-3");
    assertEquals(4, project.steps().size());
    assertEquals(List.of(1e-3, 7.5e-4, 5e-4, 2.5e-4), values(project, "step_done", "lr"));
    assertEquals(4, project.metrics("validated").get(1).get("step").asInt());

    project = SmallProject.bert(folder.resolve("few"));
    project.finetune("training.max_steps=1000");
    assertEquals(22, project.steps().size());
  }

  @Test
  void anIntervalIsOneLargeBatch() {
    String[] exact = {"training.base_dropout=false", "training.optimizer.name=sgd"};
    SmallProject small = SmallProject.bert(folder.resolve("small"));
    small.finetune(with(exact, "gradient_learning.interval=2"));
    SmallProject large = SmallProject.bert(folder.resolve("large"));
    large.finetune(with(exact, "training.batch_size=8"));
    List<Double> one = values(small, "step_done", "loss");
    List<Double> other = values(large, "step_done", "loss");
    assertEquals(12, one.size());
    for (int i = 0; i < one.size(); i++) {
      assertEquals(other.get(i), one.get(i), 1e-4 * other.get(i));
    }
  }

  @Test
  void theNormOfTheGradientsIsLimited() {
    // Plain SGD at a constant rate moves the adapters by at most rate × norm a step.
    String[] plain = {
      "training.optimizer={name: sgd, lr: 1.0, momentum: 0, weight_decay: 0}",
      "training.schedule={name: constant, warmup: 0}",
      "training.max_steps=1",
      "evaluation.keep=last"
    };
    SmallProject free = SmallProject.bert(folder.resolve("free"));
    free.finetune(plain);
    SmallProject bound = SmallProject.bert(folder.resolve("bound"));
    bound.finetune(with(plain, "training.max_grad_norm=0.01"));
    double norm = Adapters.movedBy(bound);
    assertEquals(0.01, norm, 1e-5);
    assertTrue(Adapters.movedBy(free) > 2 * norm);
  }

  @Test
  void aLossThatIsNotFinite() {
    SmallProject project = SmallProject.bert(folder);
    Failure failure =
        project.complaint(
            "training.optimizer.lr=1e30", "training.schedule.warmup=0", "checkpoint.every=1");
    assertEquals(
        Failure.user(
            "the loss of step 2 is NaN; training has diverged",
            "lower training.optimizer.lr, lengthen training.schedule.warmup, or set"
                + " training.max_grad_norm: 1.0",
            "earlier checkpoints are kept; with a changed spec, force the run to train from"
                + " scratch"),
        failure);
    assertTrue(Files.exists(project.output().resolve("checkpoint/step-00000001/progress.json")));
    assertFalse(Files.exists(project.output().resolve("adapter")));
    assertFalse(Files.exists(project.output().resolve("summary.json")));
    assertEquals(List.of(1L), project.steps());
  }

  @Test
  void anAdapterThatIsNotFinite() {
    SmallProject project = SmallProject.bert(folder);
    Failure failure =
        project.complaint(
            "training.optimizer={name: sgd, lr: 1e38, weight_decay: 1000}",
            "training.schedule.warmup=0",
            "training.max_steps=1",
            "evaluation.keep=last");
    assertEquals(Failure.Kind.USER, failure.kind(), failure::text);
    assertTrue(
        failure.message().endsWith("is not finite after step 1; training has diverged"),
        failure::message);
    assertFalse(Files.exists(project.output().resolve("adapter")));
    assertFalse(Files.exists(project.output().resolve("summary.json")));
  }

  private static double predictedAccuracy(SmallProject project) {
    List<String[]> rows =
        project.read("validation.tsv").lines().skip(1).map(line -> line.split("\t")).toList();
    JsonNode predictions = project.predictions(rows.stream().map(r -> List.of(r[0])).toList());
    int right = 0;
    for (int i = 0; i < rows.size(); i++) {
      right += predictions.get(i).get("label").asText().equals("LABEL_" + rows.get(i)[1]) ? 1 : 0;
    }
    return (double) right / rows.size();
  }

  private static double accuracy(JsonNode validation) {
    return validation.get("metrics").get("accuracy").asDouble();
  }

  private static String[] with(String[] overrides, String more) {
    return Stream.concat(Stream.of(overrides), Stream.of(more)).toArray(String[]::new);
  }

  private static List<Double> values(SmallProject project, String type, String key) {
    return project.metrics(type).stream().map(line -> line.get(key).asDouble()).toList();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }
}
