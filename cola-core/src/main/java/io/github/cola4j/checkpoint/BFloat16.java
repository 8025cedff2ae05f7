package io.github.cola4j.checkpoint;

/** The upper half of a float: 1 sign, 8 exponent and 7 fraction bits. */
final class BFloat16 {
  private BFloat16() {}

  /** Exact: every bfloat16 is a float. */
  static float toFloat(short bfloat) {
    return Float.intBitsToFloat(bfloat << 16);
  }

  /** Rounded to the nearest bfloat16, ties to even; what is too large becomes infinite. */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) {
      // Rounding could carry a NaN into infinity: keep it one.
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
