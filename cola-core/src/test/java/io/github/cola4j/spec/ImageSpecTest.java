package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures, and models that are trained from their random start. */
class ImageSpecTest {
  static final String IDX =
      """
      base: {architecture: cnn, hidden_sizes: [8, 8]}
      task: image-classification
      data:
        train: {file: images.gz, labels: labels.gz, limit: 8000}
        validation: {file: images.gz, labels: labels.gz}
        labels: [zero, one]
        image_size: [28, 14]
        image_channels: 1
      evaluation: {metric: f1_macro}
      """;

  static final String FOLDERS =
      """
      base: mlp
      task: image-classification
      data: {train: {file: pictures}, validation: {file: pictures}}
      """;

  @TempDir Path root;
  SpecFolder user;

  @BeforeEach
  void folder() {
    user = SpecFolder.in(root);
  }

  @Test
  void everyKeyArrivesInItsComponent() {
    RunSpec spec = user.read(IDX);
    assertEquals(new BaseSpec.Fresh(BaseSpec.Architecture.CNN, List.of(8, 8)), spec.base());
    assertEquals("cnn [8, 8]", spec.base().asWritten());
    assertThrows(IllegalStateException.class, spec::baseFolder);
    DataSpec data = spec.data();
    assertEquals(
        new SplitSpec(
            Optional.of(new FileRef("images.gz", user.folder().resolve("images.gz"))),
            Optional.of(SplitSpec.Format.IDX),
            false,
            new ColumnsSpec.Pictures(
                Optional.of(new FileRef("labels.gz", user.folder().resolve("labels.gz")))),
            Optional.of(8000)),
        data.train());
    assertEquals(List.of("zero", "one"), data.labels());
    assertEquals(Optional.of(new DataSpec.ImageSize(28, 14)), data.imageSize());
    assertEquals(Optional.of(1), data.imageChannels());
    assertEquals("f1_macro", spec.evaluation().orElseThrow().metric());
  }

  @Test
  void itsBaseIsHeldInFloat32() {
    assertEquals(Dtype.FLOAT32, user.read(FOLDERS).dtype());
    SpecException refused =
        assertThrows(SpecException.class, () -> user.read(FOLDERS + "dtype: bfloat16\n"));
    assertEquals(
        List.of("cola.yaml:4: dtype: models for images are held in float32; remove it"),
        refused.problems().stream().map(Problem::toString).toList());
  }

  @Test
  void aWordIsABaseOfTheUsualSizes() {
    Map.of(
            "linear", new BaseSpec.Fresh(BaseSpec.Architecture.LINEAR, List.of()),
            "mlp", new BaseSpec.Fresh(BaseSpec.Architecture.MLP, List.of(128, 256)),
            "cnn", new BaseSpec.Fresh(BaseSpec.Architecture.CNN, List.of(64, 128, 256, 512)))
        .forEach(
            (word, base) -> {
              RunSpec spec = user.read(FOLDERS.replace("base: mlp", "base: " + word));
              assertEquals(base, spec.base());
              assertEquals(spec, user.read(spec.resolved()));
            });
    assertEquals(
        new BaseSpec.Fresh(BaseSpec.Architecture.MLP, List.of(5)),
        user.read(FOLDERS, Map.of("base.hidden_sizes", "5")).base());
  }

  @Test
  void aFolderHoldsItsLabels() {
    SplitSpec train = user.read(FOLDERS).data().train();
    assertEquals(Optional.of(SplitSpec.Format.FOLDER), train.format());
    assertEquals(new ColumnsSpec.Pictures(Optional.empty()), train.columns());
    assertEquals(user.folder().resolve("pictures"), train.path());
  }

  @Test
  void whatIsResolvedReadsAsAnEqualSpec() {
    assertEquals(
        """
        base:
          architecture: mlp
          hidden_sizes:
          - 128
          - 256
        task: image-classification
        data:
          train:
            file: pictures
            format: folder
          validation:
            file: pictures
            format: folder
        adapter:
        """,
        user.read(FOLDERS).resolved().replaceAll("(?s)(?<=adapter:\n).*", ""));
    for (String yaml : List.of(IDX, FOLDERS)) {
      RunSpec spec = user.read(yaml);
      RunSpec again = user.read(spec.resolved());
      assertEquals(spec, again, yaml);
      assertEquals(spec.digest(), again.digest());
    }
  }

  /** The base, the data and a further line of a spec, which stand on lines 1, 3 and 4. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // the base
        "bases/minilm | train: {file: pictures} | 1: base: the model in \"bases/minilm\" does not learn images; write a model to train from its random start: linear, mlp or cnn",
        "resnet | train: {file: pictures} | 1: base.architecture: found \"resnet\"; one of: linear, mlp, cnn",
        "{hidden_sizes: 5} | train: {file: pictures} | 1: base.architecture: missing; write linear, mlp or cnn",
        "{architecture: linear, hidden_sizes: 5} | train: {file: pictures} | 1: base.hidden_sizes: has no meaning with architecture: linear; remove it, or write architecture: mlp",
        "{architecture: cnn, hidden_sizes: [64, x]} | train: {file: pictures} | 1: base.hidden_sizes: found \"x\"; write a whole number, at least 1",
        "{architecture: cnn, layers: 3} | train: {file: pictures} | 1: base.layers: unknown key; did you mean \"adapter.layers_to_transform\"?",
        "[cnn] | train: {file: pictures} | 1: base: found a list where a section should stand; write base: and its keys below it, indented",
        "~ | train: {file: pictures} | 1: base: missing; write the model: linear, mlp or cnn",
        // the data
        "cnn | train: {limit: 5} | 3: data.train.file: missing; write the pictures: train-images-idx3-ubyte.gz, or a folder with a folder for each class",
        "cnn | train: {file: images.gz} | 3: data.train.labels: missing; write their labels: train-labels-idx1-ubyte.gz",
        "cnn | train: {file: images.gz, labels: lables.gz} | 3: data.train.labels: \"lables.gz\" does not exist; did you mean \"labels.gz\"?",
        "cnn | train: {file: pictures, labels: labels.gz} | 3: data.train.labels: a picture in a folder has its folder's name as label; remove it",
        "cnn | train: {file: image.gz, labels: labels.gz} | 3: data.train.file: \"image.gz\" does not exist; did you mean \"images.gz\"?",
        "cnn | train: {file: pictures, format: idx, labels: labels.gz} | 3: data.train.format: \"pictures\" is a folder; remove it, or name a file in the folder",
        "cnn | train: {file: images.gz, format: folder} | 3: data.train.format: \"images.gz\" is a file; remove it, or name a folder with a folder for each class",
        "cnn | train: {file: pictures, format: mnist} | 3: data.train.format: found \"mnist\"; did you mean \"idx\"?",
        "cnn | train: {file: pictures, text: a} | 3: data.train.text: has no meaning with task: image-classification; remove it, or write task: sequence-classification",
        "cnn | train: {file: pictures, quotes: true} | 3: data.train.quotes: has no meaning with format: folder; remove it",
        "cnn | {train: {file: pictures}, max_length: 5} | 3: data.max_length: has no meaning with task: image-classification; remove it, or write task: sequence-classification",
        "cnn | {train: {file: pictures}, image_size: 28} | 3: data.image_size: found 28; write a list of height and width: [28, 28]",
        "cnn | {train: {file: pictures}, image_size: [28]} | 3: data.image_size: found a list; write a list of height and width: [28, 28]",
        "cnn | {train: {file: pictures}, image_size: [28, 0]} | 3: data.image_size: found 0; write a whole number, at least 1",
        "cnn | {train: {file: pictures}, image_channels: 2} | 3: data.image_channels: found 2; write 1 for shades of grey, or 3 for colours",
        "cnn | {train: {file: pictures}, num_channels: 3} | 3: data.num_channels: unknown key; did you mean \"image_channels\"?",
      })
  void aWrongSpecIsExplained(String base, String data, String complaint) {
    assertEquals(
        "cola.yaml:" + complaint,
        user.complaint(
            "base: "
                + base
                + "\ntask: image-classification\ndata: "
                + (data.startsWith("{") ? data : "{" + data + "}")
                + "\n"));
  }

  @Test
  void picturesAreNotGroupedByLength() {
    assertEquals(
        "cola.yaml:4: training.group_by_length: images are all of one size, so none is longer; remove it",
        user.complaint(
            "base: cnn\ntask: image-classification\ndata: {train: {file: pictures}}\n"
                + "training: {group_by_length: true}\n"));
  }

  @Test
  void whatIsForPicturesIsNoneOfOtherTasks() {
    assertEquals(
        "cola.yaml:1: base: \"cnn\" is a model for task: image-classification; write the folder of a"
            + " model, or that task",
        user.complaint(SpecFolder.LEAST.replace("bases/minilm", "cnn")));
    assertEquals(
        "cola.yaml:1: base: models with random weights are for task: image-classification; write the"
            + " folder of a model, or that task",
        user.complaint(SpecFolder.LEAST.replace("bases/minilm", "{architecture: cnn}")));
    assertEquals(
        "cola.yaml:3: data.train.labels: has no meaning with task: sequence-classification; did you"
            + " mean \"label\"? Or write task: image-classification",
        user.complaint(SpecFolder.LEAST.replace("sentence", "sentence, labels: kind")));
    assertEquals(
        "cola.yaml:4: data.image_size: has no meaning with task: sequence-classification; remove it,"
            + " or write task: image-classification",
        user.complaint(SpecFolder.LEAST + "  image_size: [28, 28]\n"));
    assertEquals(
        "cola.yaml:4: generation: has no meaning with task: image-classification; remove it, or write"
            + " task: sequence-to-sequence",
        user.complaint(FOLDERS + "generation: {num_beams: 2}\n"));
    // A wrong task is one problem, whatever it decides.
    assertEquals(
        "cola.yaml:2: task: found \"image-clasification\"; did you mean \"image-classification\"?",
        user.complaint(IDX.replace("task: image-classification", "task: image-clasification")));
    assertEquals(
        "cola.yaml:2: task: found \"image-clasification\"; did you mean \"image-classification\"?",
        user.complaint(FOLDERS.replace("task: image-classification", "task: image-clasification")));
  }
}
