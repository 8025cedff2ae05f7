package io.github.cola4j.run;

import io.github.cola4j.data.Batches;
import io.github.cola4j.data.EpochOrder;
import io.github.cola4j.spec.RunSpec;
import io.github.cola4j.spec.TrainingSpec;
import io.github.cola4j.spec.UserSpec;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
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
  private final IntPredicate teaches;
  private final List<Set<Integer>> present; // by epoch
  private final long[] firstSteps; // by epoch, and behind the last
  private final long totalSteps;
  private List<int[]> batches; // of the epoch that was asked for last
  private int batchesOfEpoch = -1;

  /**
   * @param users their names, in the order of their numbers
   * @param owners of the rows to learn from
   * @param teaches whether a row has anything to learn, say a labelled token
   */
  Timetable(RunSpec spec, List<String> users, int[] owners, IntPredicate teaches) {
    this.training = spec.training();
    this.interval = spec.gradientLearning().interval();
    this.owners = owners;
    this.teaches = teaches;
    List<UserSpec> list = spec.users().map(all -> all.list()).orElse(List.of());
    Set<Integer> everybody = present(List.of(), users, 0);
    this.present =
        list.isEmpty()
            ? Collections.nCopies(training.epochs(), everybody)
            : IntStream.range(0, training.epochs()).mapToObj(e -> present(list, users, e)).toList();
    this.firstSteps = new long[training.epochs() + 1];
    long rows = 0;
    for (int epoch = 0; epoch < training.epochs(); epoch++) {
      Set<Integer> here = present.get(epoch);
      if (epoch == 0 || !here.equals(present.get(epoch - 1))) { // else as many as before
        rows = IntStream.of(owners).filter(here::contains).count();
      }
      long count = rows == 0 ? 0 : Batches.count((int) rows, training.batchSize());
      long steps = (count + interval - 1) / interval; // an epoch's last interval may be short
      firstSteps[epoch + 1] = firstSteps[epoch] + steps;
    }
    long all = firstSteps[training.epochs()];
    totalSteps = training.maxSteps().map(most -> Math.min(most, all)).orElse(all);
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

  /** Steps of the whole run. */
  long totalSteps() {
    return totalSteps;
  }

  /** The epoch that a step belongs to. */
  int epoch(long step) {
    int epoch = 0;
    while (step >= firstSteps[epoch + 1]) {
      epoch++;
    }
    return epoch;
  }

  /** Whether no step of the same epoch comes after so many steps. */
  boolean endsEpoch(long steps) {
    return steps > 0 && firstSteps[epoch(steps - 1) + 1] == steps;
  }

  /** Passes over the data after so many steps, say 1.25. */
  double epochs(long steps) {
    if (steps == 0) {
      return 0;
    }
    int epoch = epoch(steps - 1);
    double length = firstSteps[epoch + 1] - firstSteps[epoch];
    return (epoch * length + steps - firstSteps[epoch]) / length;
  }

  /** The users who take part in a step. */
  Set<Integer> present(long step) {
    return present.get(epoch(step));
  }

  /** The batches of a step, as row numbers; those of an epoch are drawn once. */
  List<int[]> batches(long step) {
    int epoch = epoch(step);
    if (epoch != batchesOfEpoch) {
      Set<Integer> here = present.get(epoch);
      int[] order = EpochOrder.of(training.seed(), epoch, owners.length);
      int[] rows = IntStream.of(order).filter(row -> here.contains(owners[row])).toArray();
      batches = Batches.of(rows, training.batchSize());
      batchesOfEpoch = epoch;
    }
    int first = (int) (step - firstSteps[epoch]) * interval;
    return batches.subList(first, Math.min(first + interval, batches.size()));
  }

  /**
   * How many fits each user will have made in the end: one in each step that has rows of the user
   * with something to learn.
   *
   * @param numbers of learners
   * @param learner maps the owner of a row to the number that learns from it
   * @return by number
   */
  long[] fits(int numbers, IntUnaryOperator learner) {
    BitSet teaching = new BitSet(); // each row is asked once, not in every epoch
    IntStream.range(0, owners.length).filter(teaches).forEach(teaching::set);
    long[] fits = new long[numbers];
    if (numbers == 1 && teaching.cardinality() == owners.length) {
      fits[0] = totalSteps; // one in each step, however many these are
      return fits;
    }
    for (long step = 0; step < totalSteps; step++) {
      Set<Integer> learning = new TreeSet<>();
      for (int[] batch : batches(step)) {
        for (int row : batch) {
          if (teaching.get(row)) {
            learning.add(learner.applyAsInt(owners[row]));
          }
        }
      }
      learning.forEach(number -> fits[number]++);
    }
    return fits;
  }
}
