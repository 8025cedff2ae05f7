package io.github.cola4j.run;

import io.github.cola4j.data.Batch;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.task.Objective;
import io.github.cola4j.task.Outcome;
import io.github.cola4j.user.Sharing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Measures a run's model on its validation rows: on all of them, and on each user's.
 *
 * @param users their names, in the order of their numbers
 * @param sharing how they share the model
 * @param limit how many rows to measure on, the first ones
 * @param limitOfEach whether so many of each owner's, who have files of their own, or of all
 * @param texts metrics of generated text; null for none
 */
record Validation<B extends Batch>(
    OwnedRows<B> rows,
    List<String> users,
    Sharing sharing,
    int limit,
    boolean limitOfEach,
    Objective<B> objective,
    Evaluation<B> evaluation,
    GeneratedTexts texts) {

  /** Rows that pass through the same adapters, and whose they are. */
  record Group(int owner, int[] rows, Routing routing) {}

  /**
   * All metrics of the task.
   *
   * @param present the users who take part at present
   */
  Measured measure(Set<Integer> present) {
    return measure(present, new Effort());
  }

  /** The same, and what it took. */
  Measured measure(Set<Integer> present, Effort effort) {
    List<Outcome> all = new ArrayList<>();
    Map<Integer, List<Outcome>> own = new TreeMap<>();
    List<Group> groups = groups(present);
    for (Group group : groups) {
      long start = System.nanoTime();
      List<Outcome> outcomes = evaluation.outcomes(rows.rows(), group.rows, group.routing);
      effort.passed(
          group.rows.length,
          IntStream.of(group.rows).mapToLong(rows.rows()::length).sum(),
          System.nanoTime() - start);
      all.addAll(outcomes);
      own.computeIfAbsent(group.owner, owner -> new ArrayList<>()).addAll(outcomes);
    }
    List<GeneratedTexts.Written> written = new ArrayList<>();
    Map<Integer, List<GeneratedTexts.Written>> ownWritten = new TreeMap<>();
    if (texts != null) {
      write(groups, present, written, ownWritten, effort);
    }
    Map<String, Map<String, Double>> each = new LinkedHashMap<>();
    own.forEach(
        (owner, outcomes) -> {
          if (owner != OwnedRows.NOBODY && !users.get(owner).isEmpty()) {
            each.put(users.get(owner), metrics(outcomes, ownWritten.get(owner)));
          }
        });
    return new Measured(metrics(all, written), each);
  }

  /** With one model for all a source that several users have is asked for once. */
  private void write(
      List<Group> groups,
      Set<Integer> present,
      List<GeneratedTexts.Written> all,
      Map<Integer, List<GeneratedTexts.Written>> own,
      Effort effort) {
    Map<String, String> shared = null;
    if (sharing != Sharing.ALONE) {
      int[] rowsOfAll = groups.stream().flatMapToInt(group -> IntStream.of(group.rows)).toArray();
      shared = texts.write(rowsOfAll, sharing.routing(new int[0], present), effort);
      all.addAll(texts.written(rowsOfAll, shared));
    }
    for (Group group : groups) {
      Map<String, String> made =
          shared == null ? texts.write(group.rows, group.routing, effort) : shared;
      List<GeneratedTexts.Written> written = texts.written(group.rows, made);
      own.computeIfAbsent(group.owner, owner -> new ArrayList<>()).addAll(written);
      if (shared == null) {
        all.addAll(written);
      }
    }
  }

  private Map<String, Double> metrics(
      List<Outcome> outcomes, List<GeneratedTexts.Written> written) {
    Map<String, Double> metrics = new LinkedHashMap<>(objective.metrics(outcomes));
    if (texts != null) {
      metrics.putAll(GeneratedTexts.metrics(written));
    }
    return metrics;
  }

  /** All rows that are measured, grouped by what they pass through. */
  List<Group> groups(Set<Integer> present) {
    Map<Integer, List<Integer>> byOwner = new TreeMap<>();
    int taken = 0;
    for (int row = 0; row < rows.owners().length && (limitOfEach || taken < limit); row++) {
      List<Integer> own = byOwner.computeIfAbsent(rows.owners()[row], o -> new ArrayList<>());
      if (!limitOfEach || own.size() < limit) {
        own.add(row);
        taken++;
      }
    }
    Routing together = sharing == Sharing.ALONE ? null : sharing.routing(new int[0], present);
    List<Group> groups = new ArrayList<>();
    byOwner.forEach(
        (owner, chosen) -> {
          int[] own = chosen.stream().mapToInt(row -> row).toArray();
          if (together != null) {
            groups.add(new Group(owner, own, together));
          } else if (owner != OwnedRows.NOBODY) {
            groups.add(new Group(owner, own, alone(owner)));
          } else { // everybody is asked about rows that are nobody's
            IntStream.range(0, users.size())
                .forEach(user -> groups.add(new Group(user, own, alone(user))));
          }
        });
    return groups;
  }

  private static Routing alone(int user) {
    return new Routing(List.of(Routing.Route.all(user, 1)), List.of());
  }
}
