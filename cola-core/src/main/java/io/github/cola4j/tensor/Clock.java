package io.github.cola4j.tensor;

import java.util.*;
import java.util.function.Supplier;

public final class Clock {
  static final TreeMap<String, long[]> T = new TreeMap<>();

  public static <X> X time(String n, Supplier<X> s) {
    long a = System.nanoTime();
    try {
      return s.get();
    } finally {
      long[] v = T.computeIfAbsent(n, k -> new long[2]);
      v[0] += System.nanoTime() - a;
      v[1]++;
    }
  }

  public static void run(String n, Runnable s) {
    time(
        n,
        () -> {
          s.run();
          return null;
        });
  }

  public static void print() {
    T.forEach((k, v) -> System.err.printf("  CLOCK %-40s %8.1f ms %d%n", k, v[0] / 1e6, v[1]));
    T.clear();
  }
}
