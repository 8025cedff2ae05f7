package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Python wrote. */
class CheckpointGoldenTest {
  @TempDir Path folder;

  @Test
  void everyTensorFileIsWrittenAgainByteForByte() throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(Golden.folder())) {
      files = tree.filter(p -> p.toString().endsWith(".safetensors")).sorted().toList();
    }
    assertFalse(files.isEmpty());
    for (Path file : files) {
      Map<String, HostTensor> tensors = new TreeMap<>();
      Path again = folder.resolve("again.safetensors");
      try (Safetensors read = Safetensors.open(file)) {
        read.names().forEach(name -> tensors.put(name, read.read(name)));
        SafetensorsWriter.write(again, tensors, read.metadata());
      }
      assertEquals(-1, Files.mismatch(file, again), file.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void peftAdapterIsReadAndWrittenAgain(String architecture) throws IOException {
    Path original = Golden.file(architecture, "peft");
    PeftAdapter adapter = PeftFolder.read(original);
    assertEquals(4, adapter.config().r());
    assertEquals(2, adapter.config().scaling("query"));
    assertEquals(architecture, adapter.config().baseModelNameOrPath());
    assertEquals(List.of("classifier", "score"), adapter.config().modulesToSave());
    assertFalse(adapter.paths().isEmpty());
    for (String path : adapter.paths()) {
      assertTrue(path.endsWith(".query") || path.endsWith(".value"), path);
      assertEquals(4, adapter.loraA(path).shape().get(0));
      assertEquals(4, adapter.loraB(path).shape().get(1));
    }
    assertFalse(adapter.saved().isEmpty());
    PeftFolder.write(folder.resolve("adapter"), adapter);
    assertEquals(
        -1,
        Files.mismatch(
            original.resolve("adapter_model.safetensors"),
            folder.resolve("adapter/adapter_model.safetensors")));
    assertEquals(adapter, PeftFolder.read(folder.resolve("adapter")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void modelFolderOpens(String architecture) {
    BaseFolder base = BaseFolder.open(Golden.file(architecture, "checkpoint"));
    assertEquals(architecture, base.config().get("model_type").textValue());
    assertTrue(Files.isRegularFile(base.tokenizerFile()));
    assertEquals(64, base.digest().length());
    try (Weights weights = base.weights()) {
      assertTrue(weights.contains(architecture + ".embeddings.word_embeddings.weight"));
    }
  }
}
