package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class BaseFolderTest {
  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(parent.resolve("minilm-l6"));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"bert\", \"x\": Infinity}");
  }

  private static HostTensor vector(float... values) {
    return HostTensor.floats(values, values.length);
  }

  private void shards() throws IOException {
    SafetensorsWriter.write(
        folder.resolve("model-00001-of-00002.safetensors"),
        Map.of("a", vector(1), "b", vector(2, 3)),
        Map.of());
    SafetensorsWriter.write(
        folder.resolve("model-00002-of-00002.safetensors"), Map.of("c", vector(4)), Map.of());
    index(
        """
        "a": "model-00001-of-00002.safetensors",
        "b": "model-00001-of-00002.safetensors",
        "c": "model-00002-of-00002.safetensors"
        """);
  }

  private void index(String weightMap) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\": {\"total_size\": 16}, \"weight_map\": {" + weightMap + "}}");
  }

  private static void isRefused(Executable action, String... saying) {
    String message = assertThrows(CheckpointException.class, action).getMessage();
    for (String part : saying) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void opensOneFile() throws IOException {
    SafetensorsWriter.write(
        folder.resolve("model.safetensors"), Map.of("a", vector(1, 2)), Map.of());
    BaseFolder base = BaseFolder.open(folder);
    assertEquals("bert", base.config().get("model_type").textValue());
    base.config().put("model_type", "altered");
    assertEquals("bert", base.config().get("model_type").textValue());
    try (Weights weights = base.weights()) {
      assertEquals(Set.of("a"), weights.names());
      assertEquals(vector(1, 2), weights.read("a"));
    }
  }

  @Test
  void opensShards() throws IOException {
    shards();
    try (Weights weights = BaseFolder.open(folder).weights();
        NDManager manager = NDManager.newBaseManager()) {
      assertEquals(Set.of("a", "b", "c"), weights.names());
      assertTrue(weights.contains("c"));
      assertEquals(vector(2, 3), weights.read("b"));
      assertArrayEquals(new float[] {4}, weights.load(manager, "c").toFloatArray());
      float[] one = new float[1];
      weights.floats("b", 1, FloatBuffer.wrap(one));
      assertEquals(3, one[0]);
      assertEquals(2, weights.info("b").elements());
      isRefused(() -> weights.info("d"), "has no tensor 'd'", "index.json");
    }
  }

  @Test
  void badIndexIsRefused() throws IOException {
    shards();
    BaseFolder base = BaseFolder.open(folder);
    Path second = folder.resolve("model-00002-of-00002.safetensors");

    SafetensorsWriter.write(second, Map.of("c", vector(4), "a", vector(1)), Map.of());
    isRefused(base::weights, "both hold 'a'", "model-00001", "model-00002");

    SafetensorsWriter.write(second, Map.of("d", vector(4)), Map.of());
    isRefused(base::weights, "says that 'c' is in model-00002", "does not hold it");

    Files.delete(second);
    isRefused(base::weights, "not beside it: model-00002-of-00002.safetensors");
    isRefused(base::digest, "not beside it: model-00002-of-00002.safetensors");

    index("\"a\": \"../model.safetensors\"");
    isRefused(base::weights, "\"../model.safetensors\"", "beside it");
    index("\"a\": 3");
    isRefused(base::weights, "names 3 for 'a'");
    index("");
    isRefused(base::weights, "no weight_map");
    Files.writeString(folder.resolve("model.safetensors.index.json"), "[");
    isRefused(base::weights, "not JSON (line 1");
  }

  @Test
  void missingFolderNamesNearMisses() {
    isRefused(
        () -> BaseFolder.open(parent.resolve("minilm-L8")),
        "there is no such folder; did you mean \"minilm-l6\"?");
    isRefused(() -> BaseFolder.open(parent.resolve("qwerty")), "there is no such folder");
    isRefused(
        () -> BaseFolder.open(parent.resolve("mini-l6/bert")),
        "nor a folder 'mini-l6' in " + parent,
        "did you mean \"minilm-l6\"?");
    isRefused(() -> BaseFolder.open(folder.resolve("config.json")), "is a file");
  }

  @Test
  void brokenConfigIsRefused() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"a\": 1,\n oops}");
    isRefused(() -> BaseFolder.open(folder), config + ": is not JSON (line 2, column");
    Files.writeString(config, "[1]");
    isRefused(() -> BaseFolder.open(folder), "is not a JSON object");
    Files.writeString(config, "");
    isRefused(() -> BaseFolder.open(folder), "is not a JSON object");
    Files.delete(config);
    isRefused(() -> BaseFolder.open(folder), "no Hugging Face model folder");
  }

  @Test
  void whatIsTakenForABaseIsToldByItsName() throws IOException {
    Path config = folder.resolve("config.json");
    Path commit = Files.createDirectories(folder.resolve("snapshots/c0ffee"));
    Files.move(config, commit.resolve("config.json"));
    isRefused(
        () -> BaseFolder.open(folder),
        config + ": there is no such file, but one in snapshots/c0ffee; name that folder");
    Files.createFile(folder.resolve("tiny-Q4.gguf"));
    isRefused(() -> BaseFolder.open(folder), "but tiny-Q4.gguf, and GGUF is not read");
    Path adapter = folder.resolve("adapter_config.json");
    Files.writeString(adapter, "{\"base_model_name_or_path\": \"bert-base\"}");
    isRefused(
        () -> BaseFolder.open(folder),
        "this is an adapter, not the base that it was trained on; name the folder of that base,"
            + " which it calls bert-base");
    Files.writeString(adapter, "{");
    isRefused(() -> BaseFolder.open(folder), "name the folder of that base");
  }

  @Test
  void missingWeightsAreRefused() throws IOException {
    BaseFolder base = BaseFolder.open(folder);
    isRefused(base::weights, "holds no weights");
    isRefused(base::digest, "holds no weights");
    Files.createFile(folder.resolve("pytorch_model.bin"));
    isRefused(base::weights, "pytorch_model.bin only", "save_pretrained");
  }

  @Test
  void missingTokenizerIsRefused() throws IOException {
    BaseFolder base = BaseFolder.open(folder);
    isRefused(base::tokenizerFile, "tokenizer.json", "AutoTokenizer");
    Path file = Files.createFile(folder.resolve("tokenizer.json"));
    assertEquals(file, base.tokenizerFile());
  }

  @Test
  void digestIsOfContentsAndNames() throws IOException {
    shards();
    Set<String> digests = new HashSet<>();
    String first = BaseFolder.open(folder).digest();
    assertEquals(64, first.length());
    digests.add(first);

    Path copy = Files.createDirectory(parent.resolve("copy"));
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    assertEquals(first, BaseFolder.open(copy).digest());
    Files.writeString(copy.resolve("README.md"), "no part of the model");
    assertEquals(first, BaseFolder.open(copy).digest());

    Files.writeString(copy.resolve("tokenizer.json"), "{}");
    assertTrue(digests.add(BaseFolder.open(copy).digest()));
    Files.writeString(copy.resolve("tokenizer.json"), "{ }");
    assertTrue(digests.add(BaseFolder.open(copy).digest()));
    Files.writeString(copy.resolve("config.json"), "{}");
    assertTrue(digests.add(BaseFolder.open(copy).digest()));
    SafetensorsWriter.write(
        copy.resolve("model-00002-of-00002.safetensors"), Map.of("c", vector(5)), Map.of());
    assertTrue(digests.add(BaseFolder.open(copy).digest()));
    SafetensorsWriter.write(copy.resolve("model.safetensors"), Map.of("c", vector(5)), Map.of());
    assertTrue(digests.add(BaseFolder.open(copy).digest()));
    assertNotEquals(first, BaseFolder.open(copy).digest());
  }

  @Test
  void anIndexThatNamesATensorTwiceIsRefused() throws IOException {
    shards();
    index(
        "\"a\": \"model-00001-of-00002.safetensors\", \"a\": \"model-00002-of-00002.safetensors\"");
    isRefused(() -> BaseFolder.open(folder).weights(), "index.json", "Duplicate field 'a'");
  }

  @Test
  void namesThatNoFileCanHaveAreRefused() throws IOException {
    index("\"a\": \"\\ud800.safetensors\"");
    isRefused(() -> BaseFolder.open(folder).weights(), "index.json", "half of a character");
  }
}
