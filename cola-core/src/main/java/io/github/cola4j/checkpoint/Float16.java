package io.github.cola4j.checkpoint;

/** IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits. */
final class Float16 {
  private Float16() {}

  /** Exact: every half is a float. */
  static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      // A subnormal is its fraction in units of 2^-24, and that product is a normal float.
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
    }
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | fraction << 13);
    }
    return Float.intBitsToFloat(sign | exponent + 112 << 23 | fraction << 13);
  }

  /** Rounded to the nearest half, ties to even; what is too large becomes infinite. */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00 | magnitude >>> 13 & 0x3ff);
    }
    if (magnitude >= 0x47800000) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) {
      // Below the smallest normal half: count units of 2^-24, exact in double; rint breaks ties to
      // even.
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
    }
    int rebiased = magnitude - (112 << 23);
    // Adding just under half a unit, or half where the result would be odd, carries as it should;
    // a carry out of the largest half ends in the pattern of infinity.
    return (short) (sign | rebiased + 0xfff + (rebiased >>> 13 & 1) >>> 13);
  }
}
