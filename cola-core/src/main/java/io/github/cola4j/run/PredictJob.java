package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.predict.Classification;
import io.github.cola4j.predict.ImagePredictor;
import io.github.cola4j.predict.Predictor;
import io.github.cola4j.predict.Text;
import io.github.cola4j.spec.UsersSpec;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.Job;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.JobResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the adapter of a finished run makes of texts or images. Arguments: {@code run}, the run's
 * folder; {@code sources}, where what its spec names by coordinates is; {@code user}, whose adapter
 * is asked, for a run of users with adapters of their own; {@code texts}, a list of lists of texts,
 * one for each column that the run read, or {@code images}, a list of files. The answers, in their
 * order, are the value {@code predictions} ({@code text} or {@code image}, and {@code label} with
 * {@code probability}, {@code score}, or {@code generated}), and a message each.
 */
public final class PredictJob implements Job {
  @Override
  public JobResult run(JobContext context) {
    FinishedRun opened =
        FinishedRun.open(
            Path.of(context.arguments().path("run").asText()),
            SpecArguments.sources(context.arguments()));
    JsonNode user = context.arguments().path("user");
    FinishedRun run = user.isTextual() ? opened.asUser(user.asText()) : opened;
    if (run.user().isPresent()
        && run.spec().users().filter(u -> u.mode() == UsersSpec.Mode.COLLABORATION).isPresent()) {
      context
          .events()
          .accept(
              Event.Message.info(
                  "one user's part of a collaboration, which was trained together with the others'"));
    }
    ObjectNode value = new ObjectMapper().createObjectNode();
    ArrayNode predictions = value.putArray("predictions");
    if (context.arguments().has("images")) {
      classify(run, context, predictions);
      return JobResult.finished(value);
    }
    try (Predictor predictor = run.predictor()) {
      for (JsonNode given : context.arguments().path("texts")) {
        List<String> texts = new ArrayList<>();
        given.forEach(text -> texts.add(text.asText()));
        run.requireColumns(texts.size());
        requireText(texts);
        ObjectNode prediction = predictions.addObject().put("text", String.join(" | ", texts));
        String told = predict(run, predictor, texts, prediction);
        context.events().accept(Event.Message.info(told));
      }
    }
    return JobResult.finished(value);
  }

  private static void classify(FinishedRun run, JobContext context, ArrayNode predictions) {
    try (ImagePredictor predictor = run.imagePredictor()) {
      for (JsonNode image : context.arguments().path("images")) {
        Classification of = predictor.classify(Path.of(image.asText()));
        predictions
            .addObject()
            .put("image", image.asText())
            .put("label", of.label())
            .put("probability", of.probability());
        context
            .events()
            .accept(
                Event.Message.info(
                    String.format(
                        Locale.ROOT, "%s %.3f %s", of.label(), of.probability(), image.asText())));
      }
    }
  }

  /** Fills in the prediction; returns it as a line. */
  private static String predict(
      FinishedRun run, Predictor predictor, List<String> texts, ObjectNode prediction) {
    String asked = prediction.path("text").asText();
    return switch (run.spec().task()) {
      case SEQUENCE_CLASSIFICATION -> {
        Classification of = predictor.classify(List.of(text(texts))).get(0);
        prediction.put("label", of.label()).put("probability", of.probability());
        yield String.format(Locale.ROOT, "%s %.3f %s", of.label(), of.probability(), asked);
      }
      case SEQUENCE_REGRESSION -> {
        double score = predictor.score(List.of(text(texts))).get(0);
        prediction.put("score", score);
        yield String.format(Locale.ROOT, "%.3f %s", score, asked);
      }
      case CAUSAL_LM, SEQUENCE_TO_SEQUENCE -> {
        String generated = run.generate(predictor, texts);
        prediction.put("generated", generated);
        yield asked + "\n" + generated;
      }
      case IMAGE_CLASSIFICATION ->
          throw new IllegalStateException("a run of images has no predictor of texts");
    };
  }

  private static Text text(List<String> texts) {
    return new Text(texts.get(0), texts.size() > 1 ? texts.get(1) : null);
  }

  private static void requireText(List<String> texts) {
    if (texts.stream().allMatch(String::isBlank)) {
      throw new RunException("there is no text", "give one that is not empty");
    }
  }

  @Override
  public Failure describe(Throwable problem) {
    return Failures.describe(problem);
  }
}
