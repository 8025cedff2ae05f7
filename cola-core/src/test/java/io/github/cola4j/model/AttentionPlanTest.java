package io.github.cola4j.model;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.InferencePass;
import io.github.cola4j.golden.EncoderCase;
import io.github.cola4j.model.AttentionPlan.Block;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Rows are opened together where little of the block is padding, and what they are opened with
 * changes no row.
 */
class AttentionPlanTest {

  @Test
  void rowsOfOneLengthAreOneBlockWithoutPadding() {
    List<Block> blocks = AttentionPlan.blocks(new int[] {7, 7, 7});
    assertEquals(List.of(new Block(0, 3, 7, 21)), blocks);
    assertFalse(blocks.get(0).padded());
  }

  @Test
  void aBlockEndsWhereTooMuchOfItWouldBePadding() {
    assertEquals(
        List.of(new Block(0, 2, 10, 19), new Block(2, 4, 30, 59)),
        AttentionPlan.blocks(new int[] {9, 10, 29, 30}));
  }

  @Test
  void everyRowIsInOneBlockAndPaddingIsBounded() {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      int[] lengths = random.ints(1 + random.nextInt(40), 1, 60).toArray();
      if (random.nextBoolean()) {
        Arrays.sort(lengths);
      }
      int row = 0;
      for (Block block : AttentionPlan.blocks(lengths)) {
        assertEquals(row, block.from());
        int[] own = Arrays.copyOfRange(lengths, block.from(), block.to());
        assertEquals(IntStream.of(own).sum(), block.tokens());
        assertEquals(IntStream.of(own).max().orElseThrow(), block.seq());
        int positions = block.rows() * block.seq();
        assertTrue(positions - block.tokens() <= 0.2 * positions);
        row = block.to();
      }
      assertEquals(lengths.length, row);
    }
  }

  @Test
  void aRowsLogitsDoNotDependOnItsNeighbours() {
    Torch.start(1);
    EncoderCase bert = EncoderCase.encoders().get(0);
    Random random = new Random(4);
    int[] lengths = {3, 4, 5, 9, 10, 11, 11, 30};
    int[][] rows = new int[lengths.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.ints(lengths[i], 5, 150).toArray();
    }
    assertTrue(
        AttentionPlan.blocks(lengths).stream().anyMatch(Block::padded), "some rows are padded");
    try (NDManager manager = Torch.newManager(Device.cpu());
        Weights weights = bert.weights();
        EncoderClassifier model = bert.model(manager, weights)) {
      float[] together = logits(manager, model, rows);
      for (int i = 0; i < rows.length; i++) {
        float[] alone = logits(manager, model, rows[i]);
        float[] among = Arrays.copyOfRange(together, i * bert.classes, (i + 1) * bert.classes);
        assertNear(among, alone, 1e-5, "logits of row " + i);
      }
    }
  }

  private static float[] logits(NDManager manager, EncoderClassifier model, int[]... rows) {
    Packing packing = new Packing(Arrays.stream(rows).mapToInt(row -> row.length).toArray());
    int[] ids = Arrays.stream(rows).flatMapToInt(IntStream::of).toArray();
    try (Scope scope = Scope.open(manager)) {
      InferencePass pass =
          new InferencePass(new AdaptedModules(List.of(), false), scope.manager(), new HostArena());
      NDArray logits = model.logits(pass, new Tokens(packing, ids, new int[ids.length]));
      return logits.toFloatArray();
    }
  }
}
