package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.PeftFolder;
import io.github.cola4j.event.Event;
import io.github.cola4j.merge.MergeSettings;
import io.github.cola4j.merge.MergedModel;
import io.github.cola4j.predict.Classification;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.PredictorOptions;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each task from its spec to what a user does with the adapter. */
class TasksTest {
  private static final String TRAINING =
      """
      adapter: {r: 4, lora_alpha: 8, target_modules: all-linear}
      training: {epochs: 12, batch_size: 4, optimizer: {lr: 1e-2}, seed: 7}
      """;
  private static final String TEXT =
      "A coffee shop in the city centre area called Blue Spice.\n"
          + "The sailors rode the breeze clear of the rocks.\n";
  private static final String PAIRS =
      "mr,ref\n" + "name[Blue],A coffee shop.\narea[city],The city centre.\n".repeat(8);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "qwen2"})
  void aDecoderLearnsToClassify(String architecture) {
    SmallProject project =
        SmallProject.of(
            folder,
            architecture,
            """
            base: base
            data:
              train: {file: train.tsv, text: sentence}
              validation: {file: validation.tsv}
              labels: [bad, good]
              max_length: 32
            """
                + TRAINING);
    List<Event> events = project.finetune();
    assertTrue(lastLoss(events) < 0.8 * firstLoss(events), "the loss falls");
    assertEquals(
        List.of("score"),
        PeftFolder.read(project.output().resolve("adapter")).config().modulesToSave());
    String told = predictions(project, "the charming city").get(0).path("label").asText();

    FinishedRun run = FinishedRun.open(project.output());
    MergedModel.Report report =
        run.merge(folder.resolve("merged"), MergeSettings.of(ElementType.F32));
    assertTrue(report.drift() < 1e-5, () -> "drift " + report.drift());
    try (Predictor merged = Predictor.open(folder.resolve("merged"), PredictorOptions.DEFAULT);
        Predictor beside =
            Predictor.open(
                project.base(),
                run.adapter(),
                PredictorOptions.DEFAULT.withLabels(run.labels()).withMerged(false))) {
      Classification one = merged.classify("the charming city");
      assertEquals(told, one.label());
      assertEquals(beside.classify("the charming city").probability(), one.probability(), 1e-5);
    }
  }

  @Test
  void aRegressionLearnsNumbers() {
    SmallProject project = SmallProject.bareBert(folder);
    String rows =
        project.read("train.tsv").replaceAll("\t1\n", "\t2.5\n").replaceAll("\t0\n", "\t-1\n");
    project.write("train.tsv", rows);
    project.write("validation.tsv", rows);
    List<Event> events =
        project.finetune(
            "task=sequence-regression", "training.epochs=10", "training.base_dropout=false");
    assertTrue(lastLoss(events) < 0.5 * firstLoss(events), "the loss falls");
    Map<String, Double> metrics = finished(events);
    assertEquals(List.of("pearson", "spearman", "mse"), List.copyOf(metrics.keySet()));
    assertTrue(metrics.get("pearson") > 0.5, () -> metrics.toString());
    assertTrue(predictions(project, "a charming journey").get(0).path("score").isNumber());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "mistral"})
  void aCausalModelLearnsPlainText(String architecture) {
    SmallProject project =
        SmallProject.of(
            folder,
            architecture,
            """
            base: base
            task: causal-lm
            data: {train: {file: train.txt}, validation: {file: train.txt}, max_length: 24}
            generation: {max_new_tokens: 8}
            """
                + TRAINING);
    project.write("train.txt", TEXT.repeat(6));
    List<Event> events = project.finetune("training.epochs=150");
    assertTrue(lastLoss(events) < 0.5 * firstLoss(events), "the loss falls");
    Map<String, Double> metrics = finished(events);
    assertEquals(Math.exp(metrics.get("loss")), metrics.get("perplexity"), 1e-6);
    JsonNode prediction = predictions(project, "A coffee shop in the").get(0);
    assertTrue(
        TEXT.contains(prediction.path("generated").asText().strip()), () -> prediction.toString());
  }

  @Test
  void onlyResponsesAreLearned() {
    SmallProject project =
        SmallProject.of(
            folder,
            "llama",
            """
            base: base
            task: causal-lm
            data:
              train: {file: train.csv, response: ref, prompt_template: "{mr} =>"}
              max_length: 60
            generation: {max_new_tokens: 16}
            """
                + TRAINING);
    project.write("train.csv", PAIRS);
    List<Event> events = project.finetune("training.epochs=20");
    assertTrue(lastLoss(events) < 0.2 * firstLoss(events), "the loss falls");
    assertEquals("A coffee shop.", generated(project, "name[Blue]"));
    assertEquals("The city centre.", generated(project, "area[city]"));
  }

  @Test
  void whatTheAssistantSaysIsLearned() {
    SmallProject project =
        SmallProject.of(
            folder,
            "llama",
            """
            base: base
            task: causal-lm
            data: {train: {file: train.jsonl, messages: turns}, max_length: 60}
            generation: {max_new_tokens: 16}
            """
                + TRAINING);
    project.write(
        "base/chat_template.jinja",
        "{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}</s>{% endfor %}"
            + "{% if add_generation_prompt %}<s>assistant: {% endif %}");
    project.write(
        "train.jsonl",
        """
        {"turns": [{"role": "user", "content": "name"}, {"role": "assistant", "content": "Blue Spice"}]}
        {"turns": [{"role": "user", "content": "area"}, {"role": "assistant", "content": "city centre"}]}
        """
            .repeat(8));
    project.finetune("training.epochs=20");
    assertEquals("Blue Spice", generated(project, "name"));
    assertEquals("city centre", generated(project, "area"));
  }

  @Test
  void anEncoderDecoderLearnsPairs() {
    SmallProject project =
        pairs(
            """
            evaluation: {metric: rougeL, generate: true, limit: 4, every: 40}
            generation: {max_new_tokens: 16, num_beams: 2}
            """
                + TRAINING);
    project.write("train.csv", PAIRS);
    List<Event> events = project.finetune("training.epochs=30");
    Map<String, Double> metrics = finished(events);
    assertEquals(
        List.of("perplexity", "loss", "rouge1", "rouge2", "rougeL"), List.copyOf(metrics.keySet()));
    assertEquals(1, metrics.get("rougeL"), 1e-6);
    assertEquals("A coffee shop.", generated(project, "name[Blue]"));
    MergedModel.Report report =
        FinishedRun.open(project.output())
            .merge(folder.resolve("merged"), MergeSettings.of(ElementType.F32));
    assertTrue(report.drift() < 1e-5, () -> "drift " + report.drift());
    try (Predictor merged = Predictor.open(folder.resolve("merged"), PredictorOptions.DEFAULT)) {
      assertEquals("The city centre.", merged.generate("area[city]"));
    }
  }

  /** All of it before an epoch is trained. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generation.max_new_tokens=64 | generation.max_new_tokens: 64 and a start token are more than the base's 64 positions",
        "generation={num_beams: 2, do_sample: true} | generation.do_sample: beams that are drawn",
        "data.max_target_length=900 | data.max_target_length: 900 is more than the base's",
        "data.max_target_length=2 | data.max_target_length: the tokenizer puts 2 special tokens around a text",
      })
  void whatCannotWorkIsRefusedBeforeTraining(String override, String told) {
    SmallProject project =
        pairs(
            """
            evaluation: {generate: true}
            generation: {max_new_tokens: 8}
            """);
    project.write("train.csv", "mr,ref\na,b\n");
    Failure failure = project.complaint(override);
    assertTrue(failure.text().contains(told), failure.text());
    assertFalse(project.output().toFile().exists());
  }

  @Test
  void anEncoderCannotGoOnWithAText() {
    SmallProject project = SmallProject.bert(folder);
    project.write(
        "cola.yaml",
        "base: base\ntask: causal-lm\ndata: {train: {file: train.tsv, text: sentence}}\n");
    Failure failure = project.complaint();
    assertTrue(
        failure
            .text()
            .contains("models that go on with a text are built for gpt2, llama, mistral, qwen2"),
        failure.text());
    assertFalse(project.output().toFile().exists());
  }

  /** An encoder-decoder and the settings for its data in {@code train.csv}, and more of them. */
  private SmallProject pairs(String more) {
    return SmallProject.of(
        folder,
        "bart",
        """
        base: base
        task: sequence-to-sequence
        data:
          train: {file: train.csv, source: mr, target: ref}
          validation: {file: train.csv}
          max_length: 40
          max_target_length: 40
        """
            + more);
  }

  private static double firstLoss(List<Event> events) {
    return steps(events).get(0).loss();
  }

  private static double lastLoss(List<Event> events) {
    List<Event.StepDone> steps = steps(events);
    return steps.subList(steps.size() - 4, steps.size()).stream()
        .mapToDouble(Event.StepDone::loss)
        .average()
        .orElseThrow();
  }

  private static List<Event.StepDone> steps(List<Event> events) {
    return events.stream()
        .filter(Event.StepDone.class::isInstance)
        .map(Event.StepDone.class::cast)
        .toList();
  }

  private static Map<String, Double> finished(List<Event> events) {
    return ((Event.RunFinished) events.get(events.size() - 1)).metrics();
  }

  private static String generated(SmallProject project, String text) {
    return predictions(project, text).get(0).path("generated").asText().strip();
  }

  private static JsonNode predictions(SmallProject project, String... texts) {
    ObjectNode arguments =
        JsonNodeFactory.instance.objectNode().put("run", project.output().toString());
    for (String text : texts) {
      arguments.withArray("texts").addArray().add(text);
    }
    return new PredictJob()
        .run(new JobContext(arguments, event -> {}, StopSignal.NEVER))
        .value()
        .get("predictions");
  }
}
