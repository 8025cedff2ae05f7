package io.github.cola4j.tensor;

import java.util.Random;

/**
 * Random numbers as a function of a seed and a purpose, so that nothing depends on the order in
 * which things are asked for, and a resumed run needs no saved generator. {@link Random}'s
 * algorithm is part of its specification: every JDK draws the same.
 */
public final class SeededRandom {
  private SeededRandom() {}

  /** A generator for one purpose, say the initial weights of one adapter. */
  public static Random of(long seed, String purpose) {
    return new Random(mix(seed, purpose));
  }

  /** A well mixed 64-bit number of a seed and a purpose. */
  public static long mix(long seed, String purpose) {
    long hash = mix(seed);
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix(hash ^ purpose.charAt(i));
    }
    return hash;
  }

  /** SplitMix64's finalizer after one step of its counter (Steele, Lea, Flood 2014). */
  public static long mix(long state) {
    long z = state + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
