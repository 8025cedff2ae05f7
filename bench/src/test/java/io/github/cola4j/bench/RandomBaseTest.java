package io.github.cola4j.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.checkpoint.BaseFolder;
import io.github.cola4j.checkpoint.ElementType;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.spec.Task;
import io.github.cola4j.task.TaskModel;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bases that are made up, as models read them. */
class RandomBaseTest {
  @TempDir Path folder;

  private Path write(String name, ObjectNode config, ElementType type, long seed, long shard)
      throws IOException {
    Path base = Files.createDirectory(folder.resolve(name));
    RandomBase.write(base, config, type, seed, shard);
    return base;
  }

  @Test
  void everyArchitectureIsCompleteAndNothingIsOver() throws IOException {
    Torch.start(1);
    assertComplete(write("gpt2", Tiny.gpt2(), ElementType.F32, 0, 1), Task.CAUSAL_LM);
    assertComplete(write("llama", Tiny.llama(), ElementType.BF16, 0, 1), Task.CAUSAL_LM);
    assertComplete(
        write("roberta", Tiny.roberta(), ElementType.F32, 0, 1), Task.SEQUENCE_CLASSIFICATION);
  }

  private static void assertComplete(Path folder, Task task) {
    BaseFolder base = BaseFolder.open(folder);
    try (TaskModel model = TaskModel.open(task, base, Device.cpu(), 2, 0)) {
      assertEquals(model.weights().names(), new HashSet<>(model.model().tensorNames().values()));
    }
  }

  @Test
  void shardsChangeNoNumber() throws IOException {
    Path one = write("one", Tiny.llama(), ElementType.BF16, 5, RandomBase.ONE_FILE);
    Path many = write("many", Tiny.llama(), ElementType.BF16, 5, 3000);
    assertTrue(Files.exists(one.resolve("model.safetensors")));
    assertFalse(Files.exists(one.resolve("model.safetensors.index.json")));
    assertTrue(Files.exists(many.resolve("model.safetensors.index.json")));
    try (Weights a = BaseFolder.open(one).weights();
        Weights b = BaseFolder.open(many).weights()) {
      assertEquals(a.names().size(), b.names().size());
      a.names().forEach(name -> assertEquals(a.read(name), b.read(name), name));
    }
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    byte[] first = weights(write("a", Tiny.gpt2(), ElementType.F32, 1, RandomBase.ONE_FILE));
    byte[] same = weights(write("b", Tiny.gpt2(), ElementType.F32, 1, RandomBase.ONE_FILE));
    byte[] other = weights(write("c", Tiny.gpt2(), ElementType.F32, 2, RandomBase.ONE_FILE));
    assertArrayEquals(first, same);
    assertNotEquals(Arrays.hashCode(first), Arrays.hashCode(other));
  }

  private static byte[] weights(Path base) throws IOException {
    return Files.readAllBytes(base.resolve("model.safetensors"));
  }

  @Test
  void weightsAreNormalAndNormsAreNeutral() throws IOException {
    Path base = write("base", Tiny.gpt2(), ElementType.F32, 0, RandomBase.ONE_FILE);
    try (Weights weights = BaseFolder.open(base).weights()) {
      HostTensor words = weights.read("transformer.wte.weight");
      double squares = 0;
      for (float value : words.toFloats()) {
        squares += value * value;
      }
      assertEquals(0.02, Math.sqrt(squares / words.shape().size()), 0.002);
      assertEquals(1, weights.read("transformer.ln_f.weight").toFloats()[3]);
      assertEquals(0, weights.read("transformer.ln_f.bias").toFloats()[3]);
    }
  }

  @Test
  void whatIsNotStatedIsNamed() {
    ObjectNode config = Tiny.llama();
    config.remove("hidden_size");
    BenchException missing = assertThrows(BenchException.class, () -> ModelTensors.of(config));
    assertTrue(missing.getMessage().contains("hidden_size"), missing.getMessage());
    BenchException unknown =
        assertThrows(
            BenchException.class, () -> ModelTensors.of(Tiny.gpt2().put("model_type", "mamba")));
    assertTrue(unknown.getMessage().contains("mamba"), unknown.getMessage());
  }
}
