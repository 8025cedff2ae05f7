package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class PackedBatchTest {
  @Test
  void rowsOfOneLengthBecomeNeighboursAndKeepTheirOrder() {
    PackedBatch packed =
        PackedBatch.of(
            List.of(
                Example.ofClass(new int[] {10, 11, 12}, new int[] {0, 0, 1}, 1, 40),
                Example.ofClass(new int[] {20, 21}, new int[] {0, 1}, 0, 7),
                Example.ofClass(new int[] {30, 31, 32}, new int[] {0, 1, 1}, 2, 3),
                Example.ofClass(new int[] {50}, new int[] {0}, Example.NO_LABEL, 9)));
    assertEquals(4, packed.size());
    assertEquals(9, packed.packing().tokens());
    assertArrayEquals(new int[] {9, 7, 40, 3}, packed.rows());
    assertArrayEquals(new int[] {1, 2, 3, 3}, packed.packing().lengths());
    assertArrayEquals(new int[] {50, 20, 21, 10, 11, 12, 30, 31, 32}, packed.ids());
    assertArrayEquals(new int[] {0, 0, 1, 0, 0, 1, 0, 1, 1}, packed.types());
    assertArrayEquals(new int[] {0, 1, 3, 6}, packed.packing().offsets());
    assertArrayEquals(new int[] {-100, 0, 1, 2}, packed.labels());
    assertArrayEquals(new int[] {1, 1, 1, 1}, packed.labelPacking().lengths());
    assertArrayEquals(new float[4], packed.scores());
  }

  @Test
  void labelsOfAnyLengthArePackedBesideTheTokens() {
    PackedBatch packed =
        PackedBatch.of(
            List.of(
                new Example(new int[] {10, 11}, new int[2], new int[] {1, 2, 3}, 0.5f, 0),
                new Example(new int[] {20, 21}, new int[2], new int[] {4}, 1.5f, 1),
                new Example(new int[] {30}, new int[1], new int[] {5, 6}, 2.5f, 2),
                new Example(new int[] {40, 41}, new int[2], new int[] {7}, 3.5f, 3)));
    assertArrayEquals(new int[] {2, 1, 3, 0}, packed.rows());
    assertArrayEquals(new int[] {30, 20, 21, 40, 41, 10, 11}, packed.ids());
    assertArrayEquals(new int[] {2, 1, 1, 3}, packed.labelPacking().lengths());
    assertArrayEquals(new int[] {5, 6, 4, 7, 1, 2, 3}, packed.labels());
    assertArrayEquals(new float[] {2.5f, 1.5f, 3.5f, 0.5f}, packed.scores());
  }

  @Test
  void aBatchHasARow() {
    assertThrows(IllegalArgumentException.class, () -> PackedBatch.of(List.of()));
  }
}
