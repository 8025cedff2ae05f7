package io.github.cola4j.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.SeededRandom;
import java.nio.FloatBuffer;

/**
 * What a model's values are multiplied with while training: 1 / (1 - p), or 0 with probability p.
 * The numbers are a function of seed, step and the order of the calls, so a resumed run draws the
 * same ones.
 */
public final class DropoutMasks {
  private static final int LANES = 4;
  private static final int LANE_BITS = 16;

  private final HostArena arena;
  private long state;

  /**
   * @param seed of the run
   * @param step the training step
   * @param arena where the masks lie
   */
  public DropoutMasks(long seed, long step, HostArena arena) {
    this(SeededRandom.mix(seed, "dropout") + step, arena);
  }

  private DropoutMasks(long state, HostArena arena) {
    this.arena = arena;
    this.state = SeededRandom.mix(state);
  }

  /** Others, for what adapters read, so that the base's do not depend on the adapters. */
  public static DropoutMasks ofAdapters(long seed, long step, HostArena arena) {
    return new DropoutMasks(SeededRandom.mix(seed, "adapter dropout") + step, arena);
  }

  /** [count], or an empty array if p is 0. Probabilities are rounded to 1 / 65536. */
  public NDArray next(NDManager manager, long count, double p) {
    if (p == 0) {
      return manager.create(new Shape(0));
    }
    state = SeededRandom.mix(state);
    return arena.floats(manager, new Shape(count), buffer -> fill(buffer, p, state));
  }

  private static void fill(FloatBuffer buffer, double p, long key) {
    int threshold = (int) Math.round(p * (1 << LANE_BITS));
    float kept = (float) (1 / (1 - p));
    int count = buffer.remaining();
    int i = 0;
    for (long counter = key; i < count; counter++) {
      long bits = SeededRandom.mix(counter);
      int lanes = Math.min(LANES, count - i);
      for (int lane = 0; lane < lanes; lane++) {
        buffer.put(i++, (bits & 0xFFFF) >= threshold ? kept : 0f);
        bits >>>= LANE_BITS;
      }
    }
  }
}
