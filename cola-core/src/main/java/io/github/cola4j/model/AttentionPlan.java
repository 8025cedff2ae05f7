package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How attention, alone among the parts of a model, opens packed tokens to [rows, heads, seq, head
 * size]: in blocks of neighbouring rows of like length. A block of rows of one length is a view;
 * another is padded to its longest row, and its padding is masked. Few blocks mean few operations,
 * little padding means little work: a block is closed when more than {@link #SLACK} of it would be
 * padding.
 *
 * @param blocks [blocks, 3]: rows, seq (the longest row), tokens
 * @param open [padded positions of padded blocks]: the token within its block that each position
 *     reads; padding reads the row's first
 * @param mask [padded positions of padded blocks]: 0, or −∞ where there is padding
 * @param close [tokens of padded blocks]: the padded position within its block of each token
 * @param longest tokens of the longest row
 * @param weights attention weights of one head if all tokens ask
 * @param firstWeights attention weights of one head if each row's first token alone asks
 */
record AttentionPlan(
    NDArray blocks,
    NDArray open,
    NDArray mask,
    NDArray close,
    int longest,
    long weights,
    long firstWeights) {
  private static final double SLACK = 0.2;

  /**
   * Neighbouring rows that are opened together.
   *
   * @param from the first row
   * @param to behind the last row
   * @param seq tokens of the longest
   * @param tokens of all
   */
  record Block(int from, int to, int seq, int tokens) {
    int rows() {
      return to - from;
    }

    boolean padded() {
      return rows() * seq > tokens;
    }
  }

  static AttentionPlan of(Packing packing, NDManager manager, HostArena arena) {
    return of(packing, blocks(packing.lengths()), manager, arena);
  }

  /**
   * The plan of a pass that adds these tokens to a cache; room is made for them there.
   *
   * @param cache what the rows hold already; null: nothing, and nothing is kept
   * @return null if each row adds one token to what it holds, which then sees all of its row
   */
  static AttentionPlan adding(ForwardPass pass, Packing packing, KeyValueCache cache) {
    if (cache != null && cache.filled()) {
      cache.grow();
      return null;
    }
    if (cache != null) {
      cache.begin(packing);
    }
    return of(packing, pass.manager(), pass.arena());
  }

  /**
   * @param blocks of all rows, in their order
   */
  static AttentionPlan of(Packing packing, List<Block> blocks, NDManager manager, HostArena arena) {
    int positions =
        blocks.stream().filter(Block::padded).mapToInt(block -> block.rows() * block.seq()).sum();
    int tokens = blocks.stream().filter(Block::padded).mapToInt(Block::tokens).sum();
    int[] shapes = new int[3 * blocks.size()];
    int[] open = new int[positions];
    float[] mask = new float[positions];
    int[] close = new int[tokens];
    long weights = 0;
    long firstWeights = 0;
    int position = 0;
    int token = 0;
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      shapes[3 * i] = block.rows();
      shapes[3 * i + 1] = block.seq();
      shapes[3 * i + 2] = block.tokens();
      weights += (long) block.rows() * block.seq() * block.seq();
      firstWeights += (long) block.rows() * block.seq();
      if (!block.padded()) {
        continue;
      }
      int first = 0;
      for (int row = block.from(); row < block.to(); row++) {
        int length = packing.lengths()[row];
        for (int t = 0; t < block.seq(); t++, position++) {
          boolean real = t < length;
          open[position] = real ? first + t : first;
          mask[position] = real ? 0 : Float.NEGATIVE_INFINITY;
          if (real) {
            close[token++] = (row - block.from()) * block.seq() + t;
          }
        }
        first += length;
      }
    }
    return new AttentionPlan(
        arena.longs(manager, new Shape(blocks.size(), 3), shapes),
        arena.longs(manager, new Shape(positions), open),
        arena.floats(manager, new Shape(positions), buffer -> buffer.put(mask)),
        arena.longs(manager, new Shape(tokens), close),
        blocks.stream().mapToInt(Block::seq).max().orElse(0),
        weights,
        firstWeights);
  }

  /** Rows in their order, cut into blocks of which at most {@link #SLACK} is padding. */
  static List<Block> blocks(int[] lengths) {
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    int seq = 0;
    int tokens = 0;
    for (int row = 0; row < lengths.length; row++) {
      int longest = Math.max(seq, lengths[row]);
      long positions = (long) (row + 1 - from) * longest;
      if (row > from && positions - tokens - lengths[row] > SLACK * positions) {
        blocks.add(new Block(from, row, seq, tokens));
        from = row;
        longest = lengths[row];
        tokens = 0;
      }
      seq = longest;
      tokens += lengths[row];
    }
    blocks.add(new Block(from, lengths.length, seq, tokens));
    return blocks;
  }

  /** Rows in their order, cut into blocks that end behind the given rows. */
  static List<Block> blocks(int[] lengths, int[] ends) {
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    for (int end : ends) {
      IntSummaryStatistics own =
          IntStream.range(from, end).map(row -> lengths[row]).summaryStatistics();
      blocks.add(new Block(from, end, own.getMax(), Math.toIntExact(own.getSum())));
      from = end;
    }
    return blocks;
  }
}
