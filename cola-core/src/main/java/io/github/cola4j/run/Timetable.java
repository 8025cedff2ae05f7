package io.github.cola4j.run;

import io.github.cola4j.data.Batches;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.TrainingSpec;
import io.github.cola4j.spec.UserSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which rows each step of a run learns from: a function of the spec, the seed and the rows' owners,
 * so that a run that goes on needs to know its step alone. Steps and epochs count from 0.
 */
final class Timetable {
  private final TrainingSpec training;
  private final int interval;
  private final int[] owners;
  private final BitSet teaching;
  private final IntUnaryOperator length;
  private final List<Stretch> stretches;
  private final long totalSteps;
  private List<int[]> batches; // of the epoch that was asked for last
  private int batchesOfEpoch = -1;

  /**
   * Epochs one after the other in which nobody joins or leaves.
   *
   * @param users the numbers of those who take part
   * @param steps of each epoch; 0 where nobody who takes part has rows
   */
  private record Stretch(
      int firstEpoch, int epochs, Set<Integer> users, long firstStep, long steps) {
    long end() {
      return firstStep + epochs * steps;
    }

    long firstStep(int epoch) {
      return firstStep + (epoch - firstEpoch) * steps;
    }
  }

  /**
   * @param users their names, in the order of their numbers
   * @param owners of the rows to learn from
   * @param teaching the rows that have anything to learn, say a labelled token
   * @param length of a row, by its number
   */
  Timetable(
      RunSpec spec, List<String> users, int[] owners, BitSet teaching, IntUnaryOperator length) {
    this.training = spec.training();
    this.interval = spec.gradientLearning().interval();
    this.owners = owners;
    this.teaching = teaching;
    this.length = length;
    List<UserSpec> list = spec.users().map(all -> all.list()).orElse(List.of());
    List<Integer> changes = List.copyOf(changes(list));
    List<Stretch> all = new ArrayList<>();
    long firstStep = 0;
    for (int i = 0; i < changes.size(); i++) {
      int from = changes.get(i);
      int to = i + 1 < changes.size() ? changes.get(i + 1) : training.epochs();
      Set<Integer> here = present(list, users, from);
      Stretch stretch = new Stretch(from, to - from, here, firstStep, steps(here));
      all.add(stretch);
      firstStep = stretch.end();
    }
    this.stretches = List.copyOf(all);
    long end = firstStep;
    this.totalSteps = training.maxSteps().map(most -> Math.min(most, end)).orElse(end);
  }

  /** The first epoch, and those before which somebody joins or leaves. */
  private SortedSet<Integer> changes(List<UserSpec> list) {
    TreeSet<Integer> changes = new TreeSet<>(Set.of(0));
    for (UserSpec user : list) {
      changes.add(user.joins() - 1);
      user.leaves().ifPresent(epoch -> changes.add(epoch - 1));
    }
    return changes.headSet(training.epochs());
  }

  private static Set<Integer> present(List<UserSpec> list, List<String> users, int epoch) {
    Set<Integer> present = new TreeSet<>();
    for (int user = 0; user < users.size(); user++) {
      if (list.isEmpty() || list.get(user).takesPartIn(epoch + 1)) {
        present.add(user);
      }
    }
    return present;
  }

  /** Steps of an epoch; its last interval may be short. */
  private long steps(Set<Integer> here) {
    int rows = (int) IntStream.of(owners).filter(here::contains).count();
    return (Batches.count(rows, training.batchSize()) + interval - 1L) / interval;
  }

  /** Steps of the whole run. */
  long totalSteps() {
    return totalSteps;
  }

  private Stretch stretch(long step) {
    return stretches.stream().filter(stretch -> step < stretch.end()).findFirst().orElseThrow();
  }

  /** The epoch that a step belongs to. */
  int epoch(long step) {
    Stretch stretch = stretch(step);
    return stretch.firstEpoch + (int) ((step - stretch.firstStep) / stretch.steps);
  }

  /** Whether no step of the same epoch comes after so many steps. */
  boolean endsEpoch(long steps) {
    return steps > 0 && (steps - stretch(steps - 1).firstStep) % stretch(steps - 1).steps == 0;
  }

  /** Passes over the data after so many steps, say 1.25. */
  double epochs(long steps) {
    if (steps == 0) {
      return 0;
    }
    Stretch stretch = stretch(steps - 1);
    return stretch.firstEpoch + (steps - stretch.firstStep) / (double) stretch.steps;
  }

  /** The users who take part in a step. */
  Set<Integer> present(long step) {
    return stretch(step).users;
  }

  /** The batches of a step, as row numbers; those of an epoch are drawn once. */
  List<int[]> batches(long step) {
    Stretch stretch = stretch(step);
    int epoch = epoch(step);
    if (epoch != batchesOfEpoch) {
      int[] order = EpochOrder.of(training.seed(), epoch, owners.length);
      int[] rows = IntStream.of(order).filter(row -> stretch.users.contains(owners[row])).toArray();
      int[] ordered =
          training.groupByLength() ? EpochOrder.grouped(rows, training.batchSize(), length) : rows;
      batches = Batches.of(ordered, training.batchSize());
      batchesOfEpoch = epoch;
    }
    int first = (int) (step - stretch.firstStep(epoch)) * interval;
    return batches.subList(first, Math.min(first + interval, batches.size()));
  }

  /**
   * How many fits each learner will have made in the end: one in each step that has rows for it
   * with something to learn.
   *
   * @param numbers of learners
   * @param learner maps the owner of a row to the number that learns from it
   * @return by number
   */
  long[] fits(int numbers, IntUnaryOperator learner) {
    long[] fits = new long[numbers];
    if (numbers == 1 && teaching.cardinality() == owners.length) {
      fits[0] = totalSteps; // one in each step, however many these are
      return fits;
    }
    for (long step = 0; step < totalSteps; step++) { // which rows meet in a step is drawn anew
      BitSet learning = new BitSet(numbers);
      for (int[] batch : batches(step)) {
        IntStream.of(batch)
            .filter(teaching::get)
            .forEach(row -> learning.set(learner.applyAsInt(owners[row])));
      }
      learning.stream().forEach(number -> fits[number]++);
    }
    return fits;
  }
}
