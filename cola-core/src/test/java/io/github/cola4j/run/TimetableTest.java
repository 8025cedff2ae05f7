package io.github.cola4j.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.cola4j.data.Batches;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.spec.RunSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps by arithmetic are those that a walk through all epochs meets. */
class TimetableTest {
  private static final List<String> USERS = List.of("ann", "bob", "cyd", "dan");
  private static final long SEED = 11;

  @TempDir Path folder;

  private RunSpec spec(int epochs, int batch, int interval, String users) throws IOException {
    return spec(epochs, batch, interval, users, "");
  }

  private RunSpec spec(int epochs, int batch, int interval, String users, String training)
      throws IOException {
    Files.createDirectories(folder.resolve("bert"));
    Files.writeString(folder.resolve("train.csv"), "read by nobody");
    return RunSpec.parse(
        """
        task: sequence-classification
        base: bert
        data: {train: {file: train.csv, text: sentence, label: label}}
        adapter: {kind: low-rank, r: 2}
        gradient_learning: {interval: %d}
        training: {epochs: %d, batch_size: %d, seed: %d%s}
        %s
        """
            .formatted(interval, epochs, batch, SEED, training, users),
        folder.resolve("cola.yaml"),
        Map.of());
  }

  /** A step of the walk. */
  private record Met(int epoch, Set<Integer> users, List<int[]> batches) {}

  @ParameterizedTest
  @CsvSource({"4, 1", "4, 3", "1, 1", "50, 2"})
  void usersComeAndGo(int batch, int interval) throws IOException {
    int[] owners = {0, 1, 0, 1, 1, 0, 2, 1, 0, 0, 1, 2, 0};
    BitSet teaching = new BitSet();
    teaching.set(0, owners.length);
    teaching.clear(6); // one of Cyd's two rows
    Timetable timetable =
        new Timetable(
            spec(
                9,
                batch,
                interval,
                // Dan has no rows, and is alone in the second epoch.
                """
                users:
                  mode: alone
                  column: owner
                  list: {ann: {joins: 3, leaves: 9}, bob: {leaves: 2}, cyd: {joins: 5}, dan: {}}
                """),
            USERS,
            owners,
            teaching,
            row -> 1);
    List<Set<Integer>> present = new ArrayList<>();
    for (int epoch = 1; epoch <= 9; epoch++) {
      Set<Integer> here = new TreeSet<>();
      if (epoch >= 3 && epoch < 9) {
        here.add(0);
      }
      if (epoch < 2) {
        here.add(1);
      }
      if (epoch >= 5) {
        here.add(2);
      }
      here.add(3);
      present.add(here);
    }
    List<Met> walk = new ArrayList<>();
    for (int epoch = 0; epoch < 9; epoch++) {
      Set<Integer> here = present.get(epoch);
      int[] rows =
          IntStream.of(EpochOrder.of(SEED, epoch, owners.length))
              .filter(row -> here.contains(owners[row]))
              .toArray();
      List<int[]> batches = Batches.of(rows, batch);
      for (int from = 0; from < batches.size(); from += interval) {
        walk.add(
            new Met(epoch, here, batches.subList(from, Math.min(from + interval, batches.size()))));
      }
    }
    assertEquals(walk.size(), timetable.totalSteps());
    long[] fits = new long[4];
    for (int step = 0; step < walk.size(); step++) {
      Met met = walk.get(step);
      assertEquals(met.epoch, timetable.epoch(step));
      assertEquals(met.users, timetable.present(step));
      assertArrayEquals(met.batches.toArray(), timetable.batches(step).toArray());
      boolean last = step + 1 == walk.size() || walk.get(step + 1).epoch > met.epoch;
      assertEquals(last, timetable.endsEpoch(step + 1));
      if (last) {
        assertEquals(met.epoch + 1, timetable.epochs(step + 1));
      }
      met.batches.stream()
          .flatMapToInt(Arrays::stream)
          .filter(teaching::get)
          .map(row -> owners[row])
          .distinct()
          .forEach(owner -> fits[owner]++);
    }
    assertArrayEquals(fits, timetable.fits(4, owner -> owner));
  }

  /** Nothing in it may grow with the epochs. */
  @Test
  void epochsWithoutEndCostNothing() throws IOException {
    int[] owners = new int[10];
    BitSet teaching = new BitSet();
    teaching.set(0, owners.length);
    int epochs = Integer.MAX_VALUE;
    Timetable timetable =
        new Timetable(spec(epochs, 4, 1, ""), List.of(""), owners, teaching, row -> 1);
    long total = 3L * epochs;
    assertEquals(total, timetable.totalSteps());
    assertArrayEquals(new long[] {total}, timetable.fits(1, owner -> owner));
    assertEquals(epochs - 1, timetable.epoch(total - 1));
    assertEquals(epochs, timetable.epochs(total));
    assertEquals(1.5, timetable.epochs(4) + 1.0 / 6, 1e-12);
    assertEquals(2, timetable.batches(total - 1).get(0).length);
  }

  @Test
  void rowsOfLikeLengthMeetWhereThatIsAskedFor() throws IOException {
    int[] owners = new int[12];
    int[] lengths = {5, 1, 9, 2, 8, 3, 7, 4, 6, 12, 11, 10};
    BitSet teaching = new BitSet();
    teaching.set(0, owners.length);
    RunSpec spec = spec(2, 1, 1, "", ", group_by_length: true");
    Timetable timetable = new Timetable(spec, List.of(""), owners, teaching, row -> lengths[row]);
    for (int epoch = 0; epoch < 2; epoch++) {
      int[] order = EpochOrder.of(SEED, epoch, 12);
      int[] seen = new int[12];
      for (int step = 0; step < 12; step++) {
        seen[step] = timetable.batches(12L * epoch + step).get(0)[0];
      }
      assertArrayEquals(EpochOrder.grouped(order, 1, row -> lengths[row]), seen);
      assertFalse(Arrays.equals(order, seen), "not grouped");
      assertEquals(12, lengths[seen[0]]);
    }
  }
}
