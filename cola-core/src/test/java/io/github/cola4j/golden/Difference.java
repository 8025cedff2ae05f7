package io.github.cola4j.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;

/** How far numbers are from the reference's. */
public final class Difference {
  private Difference() {}

  /** ‖a − b‖ / ‖b‖; 0 if both are all zeros. */
  public static double relative(double[] a, double[] b) {
    assertEquals(b.length, a.length, "number of values");
    double off = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      off += (a[i] - b[i]) * (a[i] - b[i]);
      size += b[i] * b[i];
    }
    return off == 0 ? 0 : Math.sqrt(off / size);
  }

  public static double relative(float[] a, float[] b) {
    return relative(doubles(a), doubles(b));
  }

  public static double relative(double a, double b) {
    return Math.abs(a - b) / Math.abs(b);
  }

  public static void assertNear(float[] actual, float[] expected, double tolerance, String what) {
    assertNear(doubles(actual), doubles(expected), tolerance, what);
  }

  public static void assertNear(double[] actual, double[] expected, double tolerance, String what) {
    double off = relative(actual, expected);
    assertTrue(off <= tolerance, () -> what + " is off by " + off + ", more than " + tolerance);
  }

  public static void assertNear(double actual, double expected, double tolerance, String what) {
    double off = relative(actual, expected);
    assertTrue(
        off <= tolerance,
        () -> "%s is %s instead of %s, off by %s".formatted(what, actual, expected, off));
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
