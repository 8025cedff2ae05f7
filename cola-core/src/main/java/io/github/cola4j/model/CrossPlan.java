package io.github.cola4j.model;

import ai.djl.ndarray.NDManager;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import java.util.ArrayList;
import java.util.List;

/**
 * How the tokens of each row see all tokens of a row of another text, or of their own: both
 * packings are opened in blocks of the same rows, each side padded to its own longest row. Lengths
 * of the two sides need not rise together, so a block is closed only when more than {@link #SLACK}
 * of its attention weights would be padding.
 *
 * @param queries the tokens that ask
 * @param keys the tokens that are seen
 * @param weights attention weights of one head
 */
record CrossPlan(AttentionPlan queries, AttentionPlan keys, long weights) {
  private static final double SLACK = 0.5;

  /** Each token sees all of its own row. */
  static CrossPlan within(AttentionPlan plan) {
    return new CrossPlan(plan, plan, plan.weights());
  }

  /**
   * Each token of a row of {@code queries} sees all of the same row of {@code keys}.
   *
   * @param keys as many rows
   */
  static CrossPlan between(Packing queries, Packing keys, NDManager manager, HostArena arena) {
    int[] ends = ends(queries.lengths(), keys.lengths());
    List<AttentionPlan.Block> asking = AttentionPlan.blocks(queries.lengths(), ends);
    List<AttentionPlan.Block> seen = AttentionPlan.blocks(keys.lengths(), ends);
    long weights = 0;
    for (int i = 0; i < ends.length; i++) {
      weights += (long) asking.get(i).rows() * asking.get(i).seq() * seen.get(i).seq();
    }
    return new CrossPlan(
        AttentionPlan.of(queries, asking, manager, arena),
        AttentionPlan.of(keys, seen, manager, arena),
        weights);
  }

  /** Behind which rows blocks end. */
  static int[] ends(int[] queries, int[] keys) {
    List<Integer> ends = new ArrayList<>();
    int from = 0;
    long longestQuery = 0;
    long longestKey = 0;
    long real = 0;
    for (int row = 0; row < queries.length; row++) {
      long own = (long) queries[row] * keys[row];
      longestQuery = Math.max(longestQuery, queries[row]);
      longestKey = Math.max(longestKey, keys[row]);
      long opened = (row + 1 - from) * longestQuery * longestKey;
      if (row > from && opened - real - own > SLACK * opened) {
        ends.add(row);
        from = row;
        longestQuery = queries[row];
        longestKey = keys[row];
        real = 0;
      }
      real += own;
    }
    ends.add(queries.length);
    return ends.stream().mapToInt(Integer::intValue).toArray();
  }
}
