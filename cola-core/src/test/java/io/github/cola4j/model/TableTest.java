package io.github.cola4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Safetensors;
import io.github.cola4j.checkpoint.SafetensorsWriter;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which tables of embeddings are in memory. */
class TableTest {
  private static final int ENTRIES = 70_000;
  private static final int WIDTH = 64;

  @TempDir private Path folder;
  private NDManager manager;

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  @Test
  void aLargeOneStaysInTheCheckpointUntilItsWeightIsAskedFor() {
    float[] values = new float[ENTRIES * WIDTH];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    Path file = folder.resolve("table.safetensors");
    SafetensorsWriter.write(
        file, Map.of("words", HostTensor.floats(values, ENTRIES, WIDTH)), Map.of());
    int[] ids = {69_999, 0, 12_345, 12_345};
    try (Safetensors weights = Safetensors.open(file);
        Layers ops = new Layers(manager, 1e-5);
        Scope scope = Scope.open(manager)) {
      Table table =
          new Table(manager, weights, "embed", "words", new Shape(ENTRIES, WIDTH), null, true);
      ForwardPass pass =
          new InferencePass(new AdaptedModules(List.of(), true), scope.manager(), new HostArena());
      NDArray read = ops.embedded(pass, table, ids, new Packing(new int[] {4}));
      assertFalse(table.loaded());
      assertEquals(ENTRIES, table.module().in());
      assertEquals(WIDTH, table.module().out());
      assertFalse(table.loaded(), "its size is known without it");

      assertEquals(new Shape(WIDTH, ENTRIES), table.module().weight().getShape());
      assertTrue(table.loaded());
      NDArray looked = ops.embedded(pass, table, ids, new Packing(new int[] {4}));
      assertArrayEquals(looked.toFloatArray(), read.toFloatArray());
      assertEquals(new Shape(4, WIDTH), read.getShape());

      table.module().weight().muli(2); // an adapter that is merged
      NDArray changed = ops.embedded(pass, table, ids, new Packing(new int[] {4}));
      assertArrayEquals(looked.mul(2).toFloatArray(), changed.toFloatArray());
    }
  }

  @Test
  void oneThatAHeadReadsTooIsInMemory() {
    Path file = folder.resolve("table.safetensors");
    SafetensorsWriter.write(file, Map.of("words", HostTensor.floats(new float[6], 3, 2)), Map.of());
    try (Safetensors weights = Safetensors.open(file)) {
      Shape shape = new Shape(3, 2);
      assertTrue(new Table(manager, weights, "embed", "words", shape, null, false).loaded());
      assertTrue(
          new Table(manager, weights, "embed", "words", shape, null, true).loaded(), "small");
    }
  }
}
