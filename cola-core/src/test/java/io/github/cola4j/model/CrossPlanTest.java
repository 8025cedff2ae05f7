package io.github.cola4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cola4j.model.AttentionPlan.Block;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows of two texts are opened together where the smaller part of it is padding. */
class CrossPlanTest {

  @Test
  void rowsOfLikeLengthsAreOneBlock() {
    assertArrayEquals(new int[] {3}, CrossPlan.ends(new int[] {4, 5, 4}, new int[] {7, 7, 8}));
  }

  @Test
  void aLongTargetIsNotOpenedWithManyShortOnes() {
    assertArrayEquals(
        new int[] {2, 4, 5}, CrossPlan.ends(new int[] {2, 2, 30, 2, 2}, new int[] {7, 7, 7, 7, 7}));
  }

  @Test
  void bothSidesAreCutBehindTheSameRowsAndPaddingIsBounded() {
    Random random = new Random(6);
    for (int i = 0; i < 500; i++) {
      int rows = 1 + random.nextInt(40);
      int[] queries = random.ints(rows, 1, 60).toArray();
      int[] keys = random.ints(rows, 1, 60).sorted().toArray();
      int[] ends = CrossPlan.ends(queries, keys);
      assertEquals(rows, ends[ends.length - 1]);
      List<Block> asking = AttentionPlan.blocks(queries, ends);
      List<Block> seen = AttentionPlan.blocks(keys, ends);
      int from = 0;
      for (int block = 0; block < ends.length; block++) {
        assertEquals(from, asking.get(block).from());
        assertEquals(from, seen.get(block).from());
        long real = 0;
        for (int row = from; row < ends[block]; row++) {
          real += (long) queries[row] * keys[row];
          assertTrue(queries[row] <= asking.get(block).seq() && keys[row] <= seen.get(block).seq());
        }
        long opened = (long) (ends[block] - from) * asking.get(block).seq() * seen.get(block).seq();
        assertTrue(2 * real >= opened, real + " of " + opened);
        from = ends[block];
      }
    }
  }
}
