package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.worker.Failure;
import io.github.cola4j.worker.WorkerOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user reads whose input is wrong. Nothing is left behind. */
class BadInputTest {
  @TempDir Path folder;
  private SmallProject project;

  @BeforeEach
  void project() {
    project = SmallProject.bert(folder);
  }

  private void assertComplaint(String text, String... overrides) {
    Failure failure = project.complaint(overrides);
    assertEquals(text, failure.text());
    assertEquals(Failure.Kind.USER, failure.kind());
    assertFalse(Files.exists(project.output()), "something was left behind");
  }

  private Path weights() {
    return project.base().resolve("model.safetensors");
  }

  private Path train() {
    return folder.resolve("train.tsv");
  }

  @Test
  void aWorkerTellsTheSame() {
    project.write("cola.yaml", SmallProject.SPEC.replace("base: base", "base: bose"));
    WorkerOutcome outcome = project.inWorker();
    Failure failure = assertInstanceOf(WorkerOutcome.Failed.class, outcome).failure();
    assertEquals(
        Failure.user("cola.yaml:1: base: \"bose\" does not exist; did you mean \"base\"?"),
        failure);
    assertEquals(failure, project.complaint());
    assertFalse(Files.exists(project.output()));
  }

  @Test
  void anUnknownArchitecture() {
    project.write(
        "base/config.json", project.read("base/config.json").replace("\"bert\"", "\"t5\""));
    assertComplaint(
        project.base()
            + ": config.json names the model_type \"t5\"; models that classify are built for bert, gpt2, llama, mistral, qwen2, roberta: name such a base, or another task");
  }

  @Test
  void aBaseWithoutItsFiles() throws IOException {
    Files.delete(project.base().resolve("config.json"));
    assertComplaint(
        project.base().resolve("config.json")
            + ": there is no such file, so this is no Hugging Face model folder; name one that holds config.json, model.safetensors and tokenizer.json");
  }

  @Test
  void aBaseWithoutWeights() throws IOException {
    Files.delete(weights());
    assertComplaint(
        project.base()
            + ": holds no weights: neither model.safetensors nor model.safetensors.index.json is there; download or copy them too");
  }

  @Test
  void weightsCutShort() throws IOException {
    long size = Files.size(weights());
    try (FileChannel channel = FileChannel.open(weights(), StandardOpenOption.WRITE)) {
      channel.truncate(size - 1000);
    }
    assertComplaint(
        weights() + ": is 1000 bytes shorter than its header says; download or copy it again");
  }

  @Test
  void aHeaderBeyondTheFile() throws IOException {
    byte[] bytes = Files.readAllBytes(weights());
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 40);
    Files.write(weights(), bytes);
    assertComplaint(
        weights()
            + ": its header of 1099511627776 bytes goes beyond its end ("
            + bytes.length
            + " bytes), so it is cut short or no safetensors file; download or copy it again");
  }

  @Test
  void integersWhereWeightsShouldBe() {
    for (String name :
        new String[] {
          "bert.embeddings.word_embeddings.weight",
          "bert.encoder.layer.0.attention.self.query.weight",
          "classifier.bias"
        }) {
      project = SmallProject.bert(folder.resolve(name));
      project.rewriteWeights(
          tensors -> {
            HostTensor floats = tensors.get(name);
            long[] zeros = new long[(int) floats.shape().size()];
            tensors.put(name, HostTensor.longs(zeros, floats.shape().getShape()));
            return tensors;
          });
      assertComplaint(
          project.base()
              + ": the base's tensor "
              + name
              + " holds I64, where floating-point numbers are needed");
    }
  }

  @Test
  void aTypeThatIsNotSupported() throws IOException {
    byte[] bytes = Files.readAllBytes(weights());
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int place = text.indexOf("\"F32\"", text.indexOf("\"classifier.weight\""));
    bytes[place + 1] = 'Z';
    Files.write(weights(), bytes);
    assertComplaint(
        weights()
            + ": tensor 'classifier.weight' is of type Z32, which is not supported; convert the model to BF16, F16 or F32");
  }

  @Test
  void aTensorThatIsMissing() {
    project.rewriteWeights(
        tensors -> {
          tensors.remove("bert.encoder.layer.1.output.dense.weight");
          return tensors;
        });
    assertComplaint(
        project.base()
            + ": the base has no tensor bert.encoder.layer.1.output.dense.weight; it is not a checkpoint of the architecture that its config.json names");
  }

  @Test
  void otherClassesThanTheBaseHas() {
    project.write("train.tsv", project.read("train.tsv") + "the coffee\t2\n");
    assertComplaint(
        project.base()
            + ": the base's classifier tells 2 classes apart, the labels are 3; take a base without a classifier (a fresh one is drawn), or name the classes it was made for in data.labels");
  }

  @Test
  void aTokenizerThatIsNone() {
    project.write("base/tokenizer.json", "{");
    assertComplaint(
        project.base().resolve("tokenizer.json")
            + ": is not a tokenizer (not JSON at line 1, column 2). The base's folder needs its tokenizer.json, as Hugging Face's fast tokenizers write it.");
  }

  @Test
  void aRowWithMissingColumns() {
    project.write("train.tsv", "sentence\tlabel\nfine\t1\nnot so fine\n");
    assertComplaint(
        train()
            + ", line 3: the row has 1 field, but the first line names 2: 'sentence', 'label'. Add what is missing (a line break within a text ends a row).");
  }

  @Test
  void aColumnThatIsNotThere() {
    project.write("train.tsv", "sentance\tlabel\nfine\t1\n");
    assertComplaint(
        train()
            + ", line 1: no column 'sentence'; it has: 'sentance', 'label'. Did you mean 'sentance'?");
  }

  @Test
  void aLabelOutsideTheRange() {
    project.write("train.tsv", "sentence\tlabel\nfine\t1\nbad\t0\nodd\t7\n");
    assertComplaint(
        train()
            + ", line 4: the label 7 is outside 0 to 1. Correct it, or name all labels in data.labels; known are 'bad', 'good'.",
        "data.labels=[bad, good]");
  }

  @Test
  void aLabelThatOnlyValidationHas() {
    project.write("validation.tsv", "sentence\tlabel\nfine\t1\nodd\t2\n");
    assertComplaint(
        folder.resolve("validation.tsv")
            + ", line 3: the label 2 is outside 0 to 1. Correct it, or name all labels in data.labels; known are 'LABEL_0', 'LABEL_1'.");
  }

  @Test
  void noRows() {
    project.write("train.tsv", "sentence\tlabel\n");
    assertComplaint(train() + ": has no rows. Put at least one row into it.");
    project.write("train.tsv", "");
    assertComplaint(
        train() + ": is empty. Its first line must name the columns, and rows must follow.");
  }

  @Test
  void unreadableYaml() {
    project.write("cola.yaml", "base: base\ndata: {train: {file: train.tsv\ntraining: [\n");
    assertComplaint(
        "cola.yaml:3: not readable as YAML (expected ',' or '}', but got :): \"training: [\"; close the [");
  }

  @Test
  void severalProblemsAtOnce() {
    project.write("cola.yaml", SmallProject.SPEC.replace("epochs:", "epoch:"));
    assertComplaint(
        "3 problems:\n  cola.yaml:8: training.epoch: unknown key; did you mean \"epochs\"?\n  override: data.train.file: \"trian.tsv\" does not exist; did you mean \"train.tsv\"?\n  override: adapter.r: found \"many\"; write a whole number, at least 1",
        "adapter.r=many",
        "data.train.file=trian.tsv");
  }

  @Test
  void noSuchSpec() throws IOException {
    Files.delete(folder.resolve("cola.yaml"));
    project.write("kola.yaml", SmallProject.SPEC);
    assertComplaint("cola.yaml: does not exist; did you mean \"kola.yaml\"?");
  }

  @Test
  void targetsThatMatchNothing() {
    assertComplaint(
        "2 problems:\n  override: adapter.target_modules: no module of the base is named \"valeu\"; did you mean \"value\"?\n  override: data.max_length: 100 is more than the base's 64 positions; write at most 64",
        "adapter.target_modules=[query, valeu]",
        "data.max_length=100");
    assertComplaint(
        "override: adapter.target_modules: the pattern \".*attention.q\" matches no module of the base; a pattern must match a whole path, such as bert.encoder.layer.0.attention.self.query",
        "adapter.target_modules=.*attention.q");
    assertComplaint(
        "override: adapter.layers_to_transform: the base has no layer 7; its layers are 0 to 1",
        "adapter.layers_to_transform=[7]");
  }

  @Test
  void longerTextsThanTheBaseTakes() {
    assertComplaint(
        "override: data.max_length: 65 is more than the base's 64 positions; write at most 64",
        "data.max_length=65");
    project = SmallProject.roberta(folder.resolve("roberta"));
    assertComplaint(
        "override: data.max_length: 65 is more than the base's 64 positions; write at most 64",
        "data.max_length=65");
  }

  @Test
  void aGpuThatIsNotThere() {
    Failure failure = project.complaint("device=cuda:31");
    assertTrue(
        failure
            .text()
            .matches(
                "device: cuda:31 is asked for, but PyTorch [0-9.+a-z]+ sees"
                    + " (no GPU|only \\d+ of them) here\n"
                    + "  a native library for the CPU on the class path hides all GPUs: ask for"
                    + " natives for CUDA\n"
                    + "  else write device: auto or device: cpu"),
        failure.text());
    assertEquals(Failure.Kind.USER, failure.kind());
    assertFalse(Files.exists(project.output()));
  }

  @Test
  void f1OfThreeClasses() {
    project = SmallProject.bareBert(folder.resolve("bare"));
    project.write("train.tsv", project.read("train.tsv") + "the coffee\t2\n");
    assertComplaint(
        "override: evaluation.metric: f1 is for two classes, and the rows have 3; write f1_macro",
        "evaluation.metric=f1");
  }

  @Test
  void anOutputThatCannotBeMade() {
    project.write("occupied", "a file");
    Failure failure = project.complaint("output=occupied/run");
    assertTrue(
        failure.text().startsWith(folder.resolve("occupied/run") + " could not be written: "),
        failure.text());
    assertEquals(Failure.Kind.USER, failure.kind());
    assertComplaint(
        "override: output: \"occupied\" is a file; name a folder; it is made if need be",
        "output=occupied");
  }
}
