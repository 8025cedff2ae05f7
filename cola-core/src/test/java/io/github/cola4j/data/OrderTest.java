package io.github.cola4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of rows, cut into batches or read from a file. */
class OrderTest {
  @TempDir Path folder;

  @Test
  void anEpochGoesThroughEveryRowOnce() {
    int[] order = EpochOrder.of(7, 0, 1000);
    assertArrayEquals(IntStream.range(0, 1000).toArray(), Arrays.stream(order).sorted().toArray());
    assertArrayEquals(order, EpochOrder.of(7, 0, 1000));
    assertArrayEquals(new int[0], EpochOrder.of(7, 0, 0));
  }

  @Test
  void rowsOfLikeLengthStandTogether() {
    int[] order = EpochOrder.of(7, 0, 220);
    int[] lengths = new int[order.length];
    for (int row = 0; row < lengths.length; row++) {
      lengths[row] = row % 40;
    }
    int[] grouped = EpochOrder.grouped(order, 1, row -> lengths[row]);
    assertArrayEquals(
        Arrays.stream(order).sorted().toArray(), Arrays.stream(grouped).sorted().toArray());
    assertEquals(39, lengths[grouped[0]], "the longest of all comes first");
    for (int i = 2; i < grouped.length; i++) {
      if (i % 50 > 0) {
        assertTrue(lengths[grouped[i - 1]] >= lengths[grouped[i]], "at " + i);
      }
    }
    assertArrayEquals(new int[0], EpochOrder.grouped(new int[0], 4, row -> 1));
  }

  @Test
  void anEpochOfFewBatchesIsNotSortedFromEndToEnd() {
    int[] order = EpochOrder.of(7, 0, 85);
    int[] grouped = EpochOrder.grouped(order, 4, row -> row); // 21 batches: stretches of 5
    assertEquals(84, grouped[0]);
    List<Integer> rises = new ArrayList<>();
    for (int i = 2; i < grouped.length; i++) {
      if (grouped[i - 1] < grouped[i]) {
        rises.add(i);
      }
    }
    assertTrue(rises.containsAll(List.of(20, 40, 60)), rises::toString);
    int[] other = EpochOrder.grouped(EpochOrder.of(7, 1, 85), 4, row -> row);
    assertFalse(Arrays.equals(grouped, other), "every epoch has the same batches");
  }

  @Test
  void oneBatchMayHoldMoreThanAllRows() {
    for (int size : new int[] {4, 50_000_000, Integer.MAX_VALUE}) {
      assertEquals(3, EpochOrder.grouped(new int[] {1, 3, 0}, size, row -> row)[0]);
    }
  }

  @Test
  void batchesCostNoMoreThanAllowedButForRowsThatDoAlone() {
    int[] costs = {9, 4, 4, 3, 1, 1, 1};
    int[] order = {0, 1, 2, 3, 4, 5, 6};
    List<int[]> batches = Batches.of(order, 3, row -> costs[row], 8);
    int[][] expected = {{0}, {1, 2}, {3, 4, 5}, {6}};
    assertArrayEquals(expected, batches.toArray(int[][]::new));
    assertEquals(0, Batches.of(new int[0], 3, row -> 1, 8).size());
  }

  @Test
  void seedsAndEpochsDiffer() {
    int[] order = EpochOrder.of(7, 0, 1000);
    for (int[] other : List.of(EpochOrder.of(7, 1, 1000), EpochOrder.of(8, 0, 1000))) {
      long same = IntStream.range(0, 1000).filter(i -> order[i] == other[i]).count();
      assertTrue(same < 20, "rows in the same place: " + same);
    }
  }

  /**
   * A run that is resumed after an upgrade of Java must find its place in the data again. The
   * values were computed apart from Java, from the formulas in Random's documentation.
   */
  @Test
  void theOrderNeverChanges() {
    assertArrayEquals(new int[] {7, 0, 6, 5, 4, 1, 9, 2, 8, 3}, EpochOrder.of(7, 0, 10));
    assertArrayEquals(new int[] {1, 5, 7, 2, 4, 3, 9, 6, 8, 0}, EpochOrder.of(7, 1, 10));
    assertArrayEquals(new int[] {3, 1, 4, 9, 7, 2, 8, 6, 0, 5}, EpochOrder.of(-1, 0, 10));
  }

  @Test
  void theLastBatchMayBeShort() {
    List<int[]> batches = Batches.of(new int[] {4, 2, 0, 1, 3}, 2);
    assertEquals(3, batches.size());
    assertArrayEquals(new int[] {4, 2}, batches.get(0));
    assertArrayEquals(new int[] {0, 1}, batches.get(1));
    assertArrayEquals(new int[] {3}, batches.get(2));
    assertEquals(1, Batches.of(new int[] {0, 1}, Integer.MAX_VALUE).size());
    assertEquals(188, Batches.count(6000, 32));
    assertEquals(2, Batches.count(64, 32));
    assertThrows(IllegalArgumentException.class, () -> Batches.count(6000, 0));
  }

  @Test
  void aFileMayStateTheBatches() throws IOException {
    Path file = Files.writeString(folder.resolve("order.txt"), "3 1 2\r\n0 \t4\n3");
    List<int[]> batches = BatchOrder.read(file, 5);
    assertEquals(3, batches.size());
    assertArrayEquals(new int[] {3, 1, 2}, batches.get(0));
    assertArrayEquals(new int[] {0, 4}, batches.get(1));
    assertArrayEquals(new int[] {3}, batches.get(2));
  }

  @Test
  void batchesThatDoNotFitTheDataAreReported() throws IOException {
    fails("0 1\n2 5\n", 2, "'5' is no row of the data set. Its rows are 0 to 4");
    fails("0 -1\n", 1, "'-1' is no row");
    fails("0, 1\n", 1, "'0,' is no row");
    fails("0 1\n\n2\n", 2, "names no rows");
    fails("0 1 0\n", 1, "names row 0 twice");
    fails("", 0, "holds no batches");
    Path none = folder.resolve("none.txt");
    assertFalse(Files.exists(none));
    assertThrows(DataException.class, () -> BatchOrder.read(none, 5));
  }

  private void fails(String content, int line, String problem) throws IOException {
    Path file = Files.writeString(folder.resolve("order.txt"), content);
    DataException e = assertThrows(DataException.class, () -> BatchOrder.read(file, 5));
    assertEquals(line, e.line());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }
}
