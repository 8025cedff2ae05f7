package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.checkpoint.PeftConfig.PeftType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeftFolderTest {
  private static final String QUERY = "bert.encoder.layer.0.attention.self.query";

  @TempDir Path parent;

  private static HostTensor zeros(int... shape) {
    int size = 1;
    long[] dimensions = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      size *= shape[i];
      dimensions[i] = shape[i];
    }
    return HostTensor.floats(new float[size], dimensions);
  }

  private static Map<String, HostTensor> lowRankTensors() {
    Map<String, HostTensor> tensors = new TreeMap<>();
    tensors.put(PeftAdapter.loraAKey(QUERY), zeros(2, 5));
    tensors.put(PeftAdapter.loraBKey(QUERY), zeros(3, 2));
    tensors.put(PeftAdapter.savedKey("classifier", "weight"), zeros(2, 3));
    tensors.put(PeftAdapter.savedKey("classifier", "bias"), zeros(2));
    return tensors;
  }

  private static PeftConfig lowRankConfig() {
    return PeftConfig.lora(
        "minilm-l6",
        "SEQ_CLS",
        2,
        8,
        new TargetModules.Names(List.of("query", "value")),
        List.of("classifier"));
  }

  @Test
  void lowRankAdapterIsWrittenAndRead() throws IOException {
    PeftAdapter adapter = new PeftAdapter(lowRankConfig(), lowRankTensors());
    Path folder = parent.resolve("adapter");
    PeftFolder.write(folder, adapter);
    assertEquals(
        """
        {
          "alpha_pattern": {},
          "base_model_name_or_path": "minilm-l6",
          "bias": "none",
          "fan_in_fan_out": false,
          "inference_mode": true,
          "lora_alpha": 8,
          "lora_dropout": 0.0,
          "modules_to_save": [
            "classifier"
          ],
          "peft_type": "LORA",
          "r": 2,
          "rank_pattern": {},
          "target_modules": [
            "query",
            "value"
          ],
          "task_type": "SEQ_CLS",
          "use_rslora": false
        }
        """,
        Files.readString(folder.resolve("adapter_config.json")));
    PeftAdapter read = PeftFolder.read(folder);
    assertEquals(adapter, read);
    assertEquals(Set.of(QUERY), read.paths());
    assertEquals(zeros(2, 5), read.loraA(QUERY));
    assertEquals(zeros(3, 2), read.loraB(QUERY));
    assertEquals(Optional.of(zeros(2)), read.saved("classifier", "bias"));
    assertEquals(Optional.empty(), read.saved("pooler", "bias"));
    assertEquals(Set.of("classifier.bias", "classifier.weight"), read.saved().keySet());
    assertThrows(IllegalArgumentException.class, () -> read.loraA("query"));

    PeftFolder.write(parent.resolve("again"), read);
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      assertEquals(
          -1, Files.mismatch(folder.resolve(file), parent.resolve("again").resolve(file)), file);
    }
  }

  @Test
  void everyFieldIsKept() {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    ranks.put("layer\\.0\\..*query", 2);
    ranks.put("query", 7);
    PeftConfig config =
        new PeftConfig(
            PeftType.LORA,
            null,
            null,
            4,
            2.5,
            0.1,
            new TargetModules.Pattern(".*\\.(query|value)"),
            List.of("classifier"),
            true,
            ranks,
            Map.of("query", 3.0),
            true,
            "owner/model",
            Map.of());
    PeftFolder.write(parent.resolve("a"), new PeftAdapter(config, lowRankTensors()));
    assertEquals(config, PeftFolder.read(parent.resolve("a")).config());
  }

  @Test
  void colaAdapterIsWrittenAndRead() {
    PeftConfig config =
        PeftConfig.cola(
            "mlp",
            Map.of("activation", "gelu"),
            "bert",
            "SEQ_CLS",
            0.5,
            new TargetModules.Names(List.of("query")),
            List.of("classifier"));
    Map<String, HostTensor> tensors = new TreeMap<>();
    tensors.put(PeftAdapter.colaKey(QUERY, "W1"), zeros(4, 3));
    tensors.put(PeftAdapter.colaKey(QUERY, "b1"), zeros(4));
    tensors.put(PeftAdapter.savedKey("classifier", "weight"), zeros(2, 3));
    PeftAdapter adapter = new PeftAdapter(config, tensors);
    PeftFolder.write(parent.resolve("a"), adapter);
    PeftAdapter read = PeftFolder.read(parent.resolve("a"));
    assertEquals(adapter, read);
    assertEquals(Set.of(QUERY), read.paths());
    assertEquals(Map.of("W1", zeros(4, 3), "b1", zeros(4)), read.cola(QUERY));
    assertEquals(0.5, read.config().scaling(QUERY));
  }

  @Test
  void ranksAndScalingsFollowThePatterns() {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    ranks.put("layer\\.0\\.attention\\.self\\.query", 16);
    ranks.put("uery", 3);
    ranks.put("key|value", 1);
    PeftConfig config =
        new PeftConfig(
            PeftType.LORA,
            null,
            null,
            4,
            8,
            0,
            new TargetModules.Pattern("all-linear"),
            List.of(),
            true,
            ranks,
            Map.of("value", 5.0),
            false,
            null,
            Map.of());
    assertEquals(16, config.rank(QUERY));
    assertEquals(2, config.scaling(QUERY));
    assertEquals(4, config.rank("bert.layer.1.query"), "a pattern begins at a dot");
    assertEquals(1, config.rank("bert.value"));
    assertEquals(5, config.scaling("bert.value"));
    assertEquals(2, lowRankConfig().rank("query"));
    assertEquals(4, lowRankConfig().scaling("query"));
  }

  @ParameterizedTest
  @CsvSource({
    "bert-base-uncased, bert-base-uncased",
    "owner/model.v2, owner/model.v2",
    "/home/ann/models/minilm-l6, minilm-l6",
    "/home/ann/models/minilm-l6/, minilm-l6",
    "C:\\models\\minilm-l6, minilm-l6",
    "../bases/minilm-l6, minilm-l6",
    "./minilm-l6, minilm-l6",
    "/,",
    "..,"
  })
  void pathOfTheBaseIsNotKept(String found, String kept) {
    PeftConfig config =
        PeftConfig.lora(found, null, 1, 1, new TargetModules.Pattern("x"), List.of());
    assertEquals(kept, config.baseModelNameOrPath());
  }

  private Path folderWith(String key, String value) throws IOException {
    Path folder = parent.resolve("adapter");
    PeftFolder.write(folder, new PeftAdapter(lowRankConfig(), lowRankTensors()));
    Path file = folder.resolve("adapter_config.json");
    var json = JsonFile.readObject(file, "");
    json.set(key, JsonFile.MAPPER.readTree(value));
    Files.writeString(file, JsonFile.text(json));
    return folder;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "use_dora            | true              | use_dora is true",
        "lora_bias           | true              | lora_bias is true",
        "bias                | \"all\"           | bias is \"all\"",
        "layer_replication   | [[0,1]]           | layer_replication is [[0,1]]",
        "megatron_config     | {\"a\":1}         | megatron_config is {\"a\":1}",
        "peft_type           | \"IA3\"           | peft_type is IA3",
        "peft_type           | null              | peft_type is null",
        "peft_type           | \"COLA\"          | kind is missing",
        "kind                | \"mlp\"           | kind belongs to peft_type COLA",
        "init_lora_weights   | \"pissa_niter_4\" | init_lora_weights is \"pissa_niter_4\"",
        "a_later_invention   | true              | a_later_invention is true",
        "target_modules      | null              | target_modules is missing",
        "target_modules      | [1]               | target_modules is or holds 1",
        "target_modules      | 5                 | target_modules is 5",
        "r                   | 0                 | r is or holds 0",
        "r                   | 2.5               | r is or holds 2.5",
        "r                   | 4                 | are not [r, in] and [out, r] with r = 4",
        "lora_alpha          | \"8\"             | lora_alpha is or holds \"8\"",
        "lora_alpha          | NaN               | lora_alpha is or holds \"NaN\"",
        "use_rslora          | 1                 | use_rslora is or holds 1",
        "rank_pattern        | {\"(\":1}         | rank_pattern holds '('",
        "rank_pattern        | {\"q\":0}         | rank_pattern is or holds 0",
        "modules_to_save     | [\"score\"]       | classifier.bias' belongs to no adapter",
        "modules_to_save     | \"classifier\"    | modules_to_save is \"classifier\"",
      })
  void whatCannotBeHonouredIsRefused(String key, String value, String saying) throws IOException {
    Path folder = folderWith(key, value);
    String message =
        assertThrows(CheckpointException.class, () -> PeftFolder.read(folder)).getMessage();
    assertTrue(message.contains(saying), message);
  }

  /** The tensors show where adapters sit; what is written again says so by their paths. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layers_to_transform | [1]",
        "layers_to_transform | 0",
        "layers_pattern      | \"layer\"",
        "exclude_modules     | [\"value\"]",
        "exclude_modules     | \".*value\"",
      })
  void targetsThatAreLeftOutAreNotTargets(String key, String value) throws IOException {
    PeftAdapter read = PeftFolder.read(folderWith(key, value));
    assertEquals(new TargetModules.Names(List.of(QUERY)), read.config().targetModules());
    assertEquals(lowRankTensors(), read.tensors());
    PeftFolder.write(parent.resolve("again"), read);
    assertEquals(read, PeftFolder.read(parent.resolve("again")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "false", "{}", "[]"})
  void laterInventionsThatAreNotInUseAreAccepted(String value) throws IOException {
    assertEquals(2, PeftFolder.read(folderWith("a_later_invention", value)).config().r());
  }

  @Test
  void keysMayHoldTheAdaptersName() {
    Path folder = parent.resolve("adapter");
    PeftAdapter adapter = new PeftAdapter(lowRankConfig(), lowRankTensors());
    PeftFolder.write(folder, adapter);
    Map<String, HostTensor> named = new TreeMap<>();
    lowRankTensors()
        .forEach(
            (key, tensor) ->
                named.put(
                    key.replace("lora_A.", "lora_A.default.")
                        .replace("lora_B.", "lora_B.default.")
                        .replace("classifier.", "classifier.modules_to_save.default."),
                    tensor));
    Path file = folder.resolve("adapter_model.safetensors");
    SafetensorsWriter.write(file, named, Map.of());
    assertEquals(adapter, PeftFolder.read(folder));

    named.put(PeftAdapter.loraAKey(QUERY), zeros(2, 5));
    SafetensorsWriter.write(file, named, Map.of());
    assertThrows(CheckpointException.class, () -> PeftFolder.read(folder));
  }

  @ParameterizedTest
  @CsvSource({
    "bert.query.lora_A.weight, does not begin with base_model.model.",
    "base_model.model.query.lora_A.weight, query.lora_B.weight' is missing",
    "base_model.model.query.lora_B.weight, query.lora_A.weight' is missing",
    "base_model.model.query.lora_magnitude_vector, belongs to no adapter",
    "base_model.model.query.cola_W, is not of a LORA adapter",
    "base_model.model.pooler.weight, belongs to no adapter",
  })
  void strayTensorsAreRefused(String key, String saying) {
    Path folder = parent.resolve("adapter");
    PeftFolder.write(folder, new PeftAdapter(lowRankConfig(), lowRankTensors()));
    Map<String, HostTensor> tensors = lowRankTensors();
    tensors.put(key, zeros(2, 2));
    SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), tensors, Map.of());
    String message =
        assertThrows(CheckpointException.class, () -> PeftFolder.read(folder)).getMessage();
    assertTrue(message.contains(saying), message);
    PeftAdapter stray = new PeftAdapter(lowRankConfig(), tensors);
    assertThrows(
        IllegalArgumentException.class, () -> PeftFolder.write(parent.resolve("b"), stray));
    assertTrue(Files.notExists(parent.resolve("b")));
  }

  @Test
  void missingFilesAreRefused() throws IOException {
    Path folder = parent.resolve("adapter");
    assertThrows(CheckpointException.class, () -> PeftFolder.read(folder));
    Files.createDirectory(folder);
    String message =
        assertThrows(CheckpointException.class, () -> PeftFolder.read(folder)).getMessage();
    assertTrue(message.contains("no PEFT adapter folder"), message);
    PeftFolder.write(folder, new PeftAdapter(lowRankConfig(), lowRankTensors()));
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertThrows(CheckpointException.class, () -> PeftFolder.read(folder));
    Files.createFile(folder.resolve("adapter_model.bin"));
    message = assertThrows(CheckpointException.class, () -> PeftFolder.read(folder)).getMessage();
    assertTrue(message.contains("adapter_model.bin only"), message);
  }

  @Test
  void configAloneMakesSense() {
    TargetModules targets = new TargetModules.Pattern("x");
    assertNull(PeftConfig.lora(null, null, 1, 1, targets, List.of()).baseModelNameOrPath());
    assertThrows(
        IllegalArgumentException.class,
        () -> PeftConfig.lora(null, null, 0, 1, targets, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> PeftConfig.cola(null, Map.of(), null, null, 1, targets, List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"((.*)*)*!", "\\\\Qquery"})
  void expressionsThatCannotBeMatchedAreRefused(String regex) throws IOException {
    for (String key : List.of("rank_pattern", "alpha_pattern")) {
      Path folder = folderWith(key, "{\"" + regex + "\": 2}");
      String message =
          assertThrows(CheckpointException.class, () -> PeftFolder.read(folder)).getMessage();
      assertTrue(message.contains("cannot be followed"), message);
    }
  }

  @Test
  void namesThatCannotBeWrittenAgainAreRefused() throws IOException {
    Path folder = folderWith("base_model_name_or_path", "\"half\"");
    Path file = folder.resolve("adapter_config.json");
    Files.writeString(file, Files.readString(file).replace("half", "\\ud800"));
    String message =
        assertThrows(CheckpointException.class, () -> PeftFolder.read(folder)).getMessage();
    assertTrue(message.contains("half of a character"), message);
  }
}
