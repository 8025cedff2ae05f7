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
                Example.classified(new int[] {10, 11, 12}, new int[] {0, 0, 1}, 1, 40),
                Example.classified(new int[] {20, 21}, new int[] {0, 1}, 0, 7),
                Example.classified(new int[] {30, 31, 32}, new int[] {0, 1, 1}, 2, 3),
                Example.classified(new int[] {50}, new int[] {0}, Example.NO_LABEL, 9)));
    assertEquals(4, packed.size());
    assertEquals(9, packed.packing().tokens());
    assertArrayEquals(new int[] {9, 7, 40, 3}, packed.rows());
    assertArrayEquals(new int[] {1, 2, 3, 3}, packed.packing().lengths());
    assertArrayEquals(new int[] {50, 20, 21, 10, 11, 12, 30, 31, 32}, packed.ids());
    assertArrayEquals(new int[] {0, 0, 1, 0, 0, 1, 0, 1, 1}, packed.types());
    assertArrayEquals(new int[] {0, 1, 3, 6}, packed.packing().offsets());
    assertArrayEquals(new int[] {-100, 0, 1, 2}, packed.labels());
  }

  @Test
  void aBatchHasARow() {
    assertThrows(IllegalArgumentException.class, () -> PackedBatch.of(List.of()));
  }
}
