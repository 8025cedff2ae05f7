package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.JobContext;
import io.github.cola4j.worker.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Texts through the adapter of a run. */
class PredictJobTest {
  private static final String SHORT = "training.max_steps=5";
  private static final List<List<String>> ONE = List.of(List.of("the charming city"));

  @TempDir Path folder;

  @Test
  void eachTextGetsALabelAndAMessage() {
    SmallProject project = SmallProject.bert(folder);
    project.write(
        "train.tsv", project.read("train.tsv").replace("\t0", "\tbad").replace("\t1", "\tgood"));
    project.finetune(
        "training.epochs=20",
        "training.base_dropout=false",
        "data={train: {file: train.tsv, text: sentence}, max_length: 32}");
    List<String[]> rows =
        project.read("train.tsv").lines().skip(1).map(line -> line.split("\t")).toList();
    ObjectNode arguments =
        JsonNodeFactory.instance.objectNode().put("run", project.output().toString());
    rows.forEach(row -> arguments.withArray("texts").addArray().add(row[0]));
    List<Event> events = new ArrayList<>();
    JsonNode predictions =
        new PredictJob()
            .run(new JobContext(arguments, events::add, StopSignal.NEVER))
            .value()
            .get("predictions");
    assertEquals(rows.size(), predictions.size());
    int right = 0;
    for (int i = 0; i < rows.size(); i++) {
      JsonNode prediction = predictions.get(i);
      String label = prediction.get("label").asText();
      right += label.equals(rows.get(i)[1]) ? 1 : 0;
      assertEquals(rows.get(i)[0], prediction.get("input").get("sentence").asText());
      double probability = prediction.get("probability").asDouble();
      assertTrue(probability >= 0.5 && probability <= 1, String.valueOf(probability));
      assertEquals(
          Event.Message.info(
              String.format(Locale.ROOT, "%s %.3f %s", label, probability, rows.get(i)[0])),
          events.get(i));
    }
    assertTrue(right > 0.8 * rows.size(), right + " of " + rows.size()); // it has seen them
  }

  @Test
  void pairsOfTexts() {
    SmallProject project = SmallProject.bert(folder);
    StringBuilder pairs = new StringBuilder("premise\thypothesis\tlabel\n");
    for (int i = 0; i < 12; i++) {
      pairs.append("the blue city\t").append(i % 3 == 0 ? "clear\tyes" : "rocks\tno").append('\n');
    }
    project.write("train.tsv", pairs.toString());
    project.finetune(
        "data.train.text=[premise, hypothesis]", "data.validation=", "training.epochs=1");
    JsonNode predictions =
        project.predictions(
            List.of(List.of("the blue city", "clear"), List.of("clear", "the blue city")));
    assertEquals("clear", predictions.get(0).get("input").get("hypothesis").asText());
    assertNotEquals(predictions.get(0).get("probability"), predictions.get(1).get("probability"));
    assertEquals(
        Failure.user(
            "the run was trained on pairs of texts (premise, hypothesis), but one text is given",
            "give both texts of a pair"),
        SmallProject.predictionComplaint(project.output(), ONE));
  }

  @Test
  void twoTextsWhereOneIsMeant() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    assertEquals(
        Failure.user(
            "the run was trained on one text (sentence), but 2 texts are given", "give one text"),
        SmallProject.predictionComplaint(project.output(), List.of(List.of("a", "b"))));
  }

  @Test
  void noRunAndAnUnfinishedOne() throws IOException {
    SmallProject project = SmallProject.bert(folder);
    String advice = "finetune first, or name the output folder of a finished run";
    assertEquals(
        Failure.user("there is no finished run at " + folder.resolve("nowhere"), advice),
        SmallProject.predictionComplaint(folder.resolve("nowhere"), ONE));
    project.finetune(SHORT);
    Files.delete(project.output().resolve("summary.json"));
    assertEquals(
        Failure.user("there is no finished run at " + project.output(), advice),
        SmallProject.predictionComplaint(project.output(), ONE));
  }

  @Test
  void anotherBaseThanTheRunsIsRefused() {
    SmallProject project = SmallProject.bert(folder);
    project.finetune(SHORT);
    project.write("base/config.json", project.read("base/config.json").replace("0.1", "0.2"));
    assertEquals(
        Failure.user(
            "the base at " + project.base() + " has changed since the run at " + project.output(),
            "an adapter fits the base it was trained on: put that one back, or finetune again"),
        SmallProject.predictionComplaint(project.output(), ONE));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // where links take rights that few have
  void aProjectMayBeMovedAndReachedThroughALink() throws IOException {
    SmallProject project = SmallProject.bert(folder.resolve("here"));
    Files.createDirectories(folder.resolve("disk/a/b/c"));
    Files.createSymbolicLink(
        project.folder().resolve("target"), folder.resolve("disk/a/b/c")); // build output elsewhere
    project.finetune("output=target/run", SHORT);
    Path moved = Files.move(project.folder(), folder.resolve("there"));
    JsonNode predictions = SmallProject.predictions(moved.resolve("target/run"), ONE);
    assertFalse(predictions.get(0).get("label").asText().isEmpty());
  }
}
