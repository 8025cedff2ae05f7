package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.event.Event;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.StopSignal;
import io.github.cola4j.worker.WorkerOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs that learn images, from their spec to what they leave. */
class ImageRunsTest {
  @TempDir Path folder;

  static Stream<Arguments> everyKindAtEverySite() {
    String mlp = "{architecture: mlp, hidden_sizes: [8]}";
    String cnn = "{architecture: cnn, hidden_sizes: [4, 6]}";
    List<Arguments> all = new ArrayList<>();
    for (String kind :
        List.of(
            "kind: low-rank, r: 4",
            "kind: linear, bias: true",
            "kind: mlp, hidden_sizes: [6, 5]")) {
      Stream.of("linear", mlp, cnn).forEach(base -> all.add(Arguments.of(base, kind)));
    }
    // Beside pixels alone, drawn wavelets would need more than a few steps.
    String own = "kind: io.github.cola4j.adapter.Wavelet, options: {size: 4}";
    Stream.of(mlp, cnn).forEach(base -> all.add(Arguments.of(base, own)));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everyKindAtEverySite")
  void everyKindLearns(String base, String kind) {
    SmallProject project = digits(folder, base, kind);
    change(project, "{name: sgd, lr: 0.03}", "{name: adamw, lr: 1e-2}"); // gets any of them going
    project.finetune("training.epochs=4");
    List<Double> losses = losses(project);
    assertEquals(20, losses.size());
    assertEquals(Math.log(10), losses.get(0), 0.8, "it begins with a guess");
    double start = mean(losses.subList(0, 5));
    double end = mean(losses.subList(15, 20));
    assertTrue(end < start - 0.02, "from " + start + " to " + end);
    int sites = base.equals("linear") ? 1 : base.contains("mlp") ? 2 : 3;
    assertEquals(sites, project.json("run/summary.json").get("sites").asInt());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "linear | kind: linear, bias: true",
        "{architecture: mlp, hidden_sizes: [8]} | kind: low-rank, r: 4",
        "{architecture: cnn, hidden_sizes: [4, 6]} | kind: low-rank, r: 2",
        "{architecture: cnn, hidden_sizes: [4, 6]} | kind: linear, bias: true"
      })
  void mergedOrNotItLearnsTheSame(String base, String kind) {
    SmallProject apart = digits(folder.resolve("apart"), base, kind);
    SmallProject merged = digits(folder.resolve("merged"), base, kind);
    apart.finetune();
    merged.finetune("gradient_learning.merged=true");
    List<Double> expected = losses(apart);
    List<Double> actual = losses(merged);
    assertEquals(15, expected.size());
    for (int step = 0; step < expected.size(); step++) {
      assertEquals(expected.get(step), actual.get(step), 1e-5 * expected.get(step), "step " + step);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "linear | kind: low-rank, r: 4 | true",
        "{architecture: cnn, hidden_sizes: [4, 6]} | kind: linear, bias: true | true",
        "{architecture: cnn, hidden_sizes: [4]} | kind: mlp, hidden_sizes: [5] | false"
      })
  void stoppedBeforeEveryStepItLeavesTheSameBytes(String base, String kind, boolean merged) {
    String[] run = {"gradient_learning.merged=" + merged, "training.epochs=1"};
    SmallProject straight = digits(folder.resolve("straight"), base, kind);
    straight.finetune(run);
    SmallProject project = digits(folder.resolve("stopped"), base, kind);
    int stops = 0;
    List<Event> events = new ArrayList<>();
    while (!project.finetune(events::add, afterSteps(events, Math.min(stops, 1)), false, run)) {
      events.clear();
      stops++;
    }
    assertEquals(5, stops);
    assertEquals(3, straight.result().size());
    assertEquals(straight.result(), project.result());
    assertEquals(losses(straight), losses(project));
  }

  @Test
  void aWorkerLeavesTheSameBytes() {
    String base = "{architecture: cnn, hidden_sizes: [4, 6]}";
    SmallProject here = digits(folder.resolve("here"), base, "kind: low-rank, r: 2");
    SmallProject there = digits(folder.resolve("an/other/place"), base, "kind: low-rank, r: 2");
    here.finetune();
    WorkerOutcome outcome = there.inWorker();
    assertInstanceOf(WorkerOutcome.Finished.class, outcome, outcome::text);
    assertEquals(here.result(), there.result());

    SmallProject seeded = digits(folder.resolve("seeded"), base, "kind: low-rank, r: 2");
    seeded.finetune("training.seed=4");
    assertNotEquals(losses(here).get(0), losses(seeded).get(0), "another base");
  }

  @Test
  void theSummarySaysWhatThereIsToKnow() {
    SmallProject project =
        digits(folder, "{architecture: cnn, hidden_sizes: [4, 6]}", "kind: linear, bias: true");
    project.finetune();
    JsonNode summary = project.json("run/summary.json");
    assertEquals("cnn [4, 6]", summary.get("base").asText());
    assertEquals("image-classification", summary.get("task").asText());
    assertEquals(10, summary.get("labels").size());
    assertEquals("LABEL_9", summary.get("labels").get(9).asText());
    assertEquals(15, summary.get("steps").asLong());
    assertEquals(3, summary.get("sites").asInt());
    int parameters = (9 * 4 + 4) + (9 * 4 * 6 + 6) + (6 * 10 + 10);
    assertEquals(parameters, summary.get("trainable_parameters").asInt());
    assertEquals(160, summary.get("training_rows").asInt());
    assertTrue(summary.get("metrics").has("accuracy"));
    JsonNode images = summary.get("images");
    assertEquals(1, images.get("channels").asInt());
    assertEquals(28, images.get("height").asInt());
    assertEquals(28, images.get("width").asInt());
    // MNIST's well-known 0.1307 and 0.3081, but of 160 digits.
    assertEquals(0.1307, images.get("mean").get(0).asDouble(), 0.02);
    assertEquals(0.3081, images.get("std").get(0).asDouble(), 0.02);
    assertFalse(summary.toString().contains(folder.toString()), "a path of this machine");
  }

  @Test
  void picturesInFolders() {
    SmallProject project = ImageProject.pictures(folder);
    project.finetune();
    JsonNode summary = project.json("run/summary.json");
    assertEquals("[\"left\",\"right\"]", summary.get("labels").toString());
    assertEquals(24, summary.get("training_rows").asInt());
    assertEquals(1, summary.get("metrics").get("accuracy").asDouble());
    assertEquals(6, summary.get("images").get("width").asInt());
  }

  @Test
  void picturesAreScaledAndConvertedAsAsked() {
    SmallProject project = ImageProject.pictures(folder);
    ImageProject.picture(folder.resolve("train/left"), 12, "left", 10); // others than the right
    change(project, "data:\n", "data:\n  image_size: [4, 8]\n  image_channels: 3\n");
    project.finetune();
    JsonNode images = project.json("run/summary.json").get("images");
    assertEquals(3, images.get("channels").asInt());
    assertEquals(4, images.get("height").asInt());
    assertEquals(8, images.get("width").asInt());
    assertEquals(3, images.get("mean").size());
  }

  private static final String USERS =
      """
      users:
        mode: MODE
        list:
          - {name: ann, train: {file: ann}}
          - {name: bob, train: {file: bob}, adapter: {kind: low-rank, r: 2}}
      """;

  private SmallProject users(String mode) {
    SmallProject project = ImageProject.pictures(folder);
    for (String side : new String[] {"left", "right"}) {
      ImageProject.picture(folder.resolve("ann").resolve(side), 6, side, 6);
      ImageProject.picture(folder.resolve("bob").resolve(side), 9, side, 6);
    }
    change(project, "  train: {file: train}\n", "");
    project.write("cola.yaml", project.read("cola.yaml") + USERS.replace("MODE", mode));
    return project;
  }

  @ParameterizedTest
  @CsvSource({"collaboration, true", "collaboration, false", "alone, false"})
  void usersWithAFolderEach(String mode, boolean merged) {
    SmallProject project = users(mode);
    project.finetune("gradient_learning.merged=" + merged);
    JsonNode summary = project.json("run/summary.json");
    assertEquals(mode, summary.get("users_mode").asText());
    assertEquals(30, summary.get("training_rows").asInt());
    assertEquals(12, summary.get("users").get("ann").get("training_rows").asInt());
    assertEquals(18, summary.get("users").get("bob").get("training_rows").asInt());
    assertEquals(1, summary.get("metrics").get("accuracy").asDouble());
    Map<String, String> left = SmallProject.digests(project.output());
    assertTrue(left.containsKey("users/ann/adapter/adapter_model.safetensors"), left.toString());
    assertTrue(left.containsKey("users/bob/adapter/adapter_model.safetensors"), left.toString());
  }

  @Test
  void usersWhoLearnJointlyShareAnAdapter() {
    SmallProject project = users("joint");
    change(project, ", adapter: {kind: low-rank, r: 2}", "");
    project.finetune();
    assertEquals(30, project.json("run/summary.json").get("training_rows").asInt());
    assertTrue(Files.exists(project.adapterFile()));
  }

  private static void assertComplaint(SmallProject project, String text, String... overrides) {
    Failure failure = project.complaint(overrides);
    assertEquals(text.replace("DIR", project.folder().toString()), failure.text());
    assertEquals(Failure.Kind.USER, failure.kind());
    assertFalse(Files.exists(project.output()), "something was left behind");
  }

  @Test
  void labelsThatAreMissing() {
    SmallProject project = ImageProject.digits(folder);
    change(project, "train: {file: images.gz, labels: labels,", "train: {file: images.gz,");
    assertComplaint(
        project,
        "cola.yaml:4: data.train.labels: missing; write their labels: train-labels-idx1-ubyte.gz");
  }

  @Test
  void fewerLabelsThanImages() throws IOException {
    SmallProject project = ImageProject.digits(folder);
    byte[] labels = Files.readAllBytes(folder.resolve("labels"));
    labels[7] -= 1;
    Files.write(folder.resolve("labels"), Arrays.copyOf(labels, labels.length - 1));
    assertComplaint(
        project,
        "DIR/labels: has 199 labels for the 200 images of DIR/images.gz. Give two files that belong together.");
  }

  @Test
  void labelsCutShort() throws IOException {
    SmallProject project = ImageProject.digits(folder);
    byte[] labels = Files.readAllBytes(folder.resolve("labels"));
    Files.write(folder.resolve("labels"), Arrays.copyOf(labels, labels.length - 50));
    assertComplaint(
        project,
        "DIR/labels: is cut short: by its header it has 208 bytes; there are 158. Fetch it again.");
  }

  @Test
  void picturesOfTwoShapes() {
    SmallProject project = ImageProject.pictures(folder);
    ImageProject.picture(folder.resolve("train/right"), 12, "right", 8);
    assertComplaint(
        project,
        "DIR/train/right/00.png: is 1 × 6 × 8 (channels × height × width); DIR/train/left/00.png is 1 × 6 × 6, and a model reads images of one shape. Set data.image_size, to which all are scaled.");
  }

  @Test
  void validationOfAnotherShape() {
    SmallProject project = ImageProject.pictures(folder);
    for (String side : new String[] {"left", "right"}) {
      ImageProject.picture(folder.resolve("test").resolve(side), 5, side, 8);
    }
    assertComplaint(
        project,
        "DIR/test: its images are 1 × 6 × 8 (channels × height × width), those of training 1 × 6 × 6. Set data.image_size, to which images of a folder are scaled, or give images of that size.");
  }

  @Test
  void aUserWithAnotherShape() {
    SmallProject project = users("alone");
    for (String side : new String[] {"left", "right"}) {
      ImageProject.picture(folder.resolve("bob").resolve(side), 9, side, 8);
    }
    assertComplaint(
        project,
        "DIR/bob: its images are 1 × 6 × 8 (channels × height × width), those of training 1 × 6 × 6. Set data.image_size, to which images of a folder are scaled, or give images of that size.");
  }

  @Test
  void aClassThatOnlyValidationHas() {
    SmallProject project = ImageProject.pictures(folder);
    ImageProject.picture(folder.resolve("test/middle"), 2, "left", 6);
    assertComplaint(
        project,
        "DIR/test/middle: the label 'middle' is unknown; known are 'left', 'right'. Correct it, or name all labels in data.labels.");
  }

  @Test
  void oneClassOnly() throws IOException {
    SmallProject project = ImageProject.pictures(folder);
    Files.move(folder.resolve("train/right"), folder.resolve("elsewhere"));
    assertComplaint(
        project,
        "DIR/train: every image that was read has the label 'left'. Classification needs two labels or more: read more images, or name the labels in data.labels.");
  }

  @Test
  void adaptersThatCannotBeMerged() {
    SmallProject project =
        digits(folder, "{architecture: mlp, hidden_sizes: [8]}", "kind: mlp, hidden_sizes: [5]");
    assertComplaint(
        project,
        "override: gradient_learning.merged: the mlp adapter is not linear in its input, so weights cannot hold it; write merged: false, or take kind: low-rank or linear",
        "gradient_learning.merged=true");
  }

  @Test
  void moreHalvingsThanTheImageHasPixels() {
    SmallProject project = ImageProject.pictures(folder);
    change(
        project,
        "{architecture: mlp, hidden_sizes: [8]}",
        "{architecture: cnn, hidden_sizes: [2, 2, 2, 2]}");
    assertComplaint(
        project,
        "images of 6 × 6 pixels cannot be halved 3 times; give the CNN fewer hidden sizes");
  }

  private static SmallProject digits(Path folder, String base, String adapter) {
    SmallProject project = ImageProject.digits(folder);
    change(project, "base: linear", "base: " + base);
    project.write("cola.yaml", project.read("cola.yaml") + "adapter: {" + adapter + "}\n");
    return project;
  }

  private static StopSignal afterSteps(List<Event> events, int steps) {
    return new StopSignal() {
      @Override
      public boolean requested() {
        return events.stream().filter(Event.StepDone.class::isInstance).count() >= steps;
      }

      @Override
      public String reason() {
        return "enough";
      }
    };
  }

  private static void change(SmallProject project, String from, String to) {
    String spec = project.read("cola.yaml");
    assertTrue(spec.contains(from), spec);
    project.write("cola.yaml", spec.replace(from, to));
  }

  private static List<Double> losses(SmallProject project) {
    return project.metrics("step_done").stream().map(line -> line.get("loss").asDouble()).toList();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(value -> value).average().orElseThrow();
  }
}
