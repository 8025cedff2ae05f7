package io.github.cola4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

/** All 65,536 values of both 16-bit formats against the formulas of their definitions. */
class Float16Test {

  /** A 16-bit pattern's value by the definition of such formats, in double, where it is exact. */
  private static double defined(int bits, int exponentBits, int fractionBits) {
    int bias = (1 << exponentBits - 1) - 1;
    double sign = bits >> 15 == 0 ? 1 : -1;
    int exponent = bits >> fractionBits & (1 << exponentBits) - 1;
    double fraction = (bits & (1 << fractionBits) - 1) / (double) (1 << fractionBits);
    if (exponent == (1 << exponentBits) - 1) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * fraction * Math.pow(2, 1 - bias)
        : sign * (1 + fraction) * Math.pow(2, exponent - bias);
  }

  private static float[] decodeAll(ElementType type) {
    ByteBuffer stored = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      stored.putShort((short) bits);
    }
    float[] decoded = new float[1 << 16];
    ElementCodec.floats(type, stored.flip(), FloatBuffer.wrap(decoded));
    return decoded;
  }

  private static short encode(ElementType type, float value) {
    return HostTensor.floats(new float[] {value}, 1).as(type).bytes().getShort(0);
  }

  private static void decodesAsDefined(ElementType type, int exponentBits, int fractionBits) {
    float[] decoded = decodeAll(type);
    for (int bits = 0; bits < 1 << 16; bits++) {
      // Compared as doubles' bits, which tells the zeros apart and takes every NaN for one.
      assertEquals(
          Double.doubleToLongBits(defined(bits, exponentBits, fractionBits)),
          Double.doubleToLongBits(decoded[bits]),
          Integer.toHexString(bits));
    }
  }

  private static void roundsToNearestEven(ElementType type, int exponentBits, int fractionBits) {
    int infinity = (1 << exponentBits) - 1 << fractionBits;
    for (int sign = 0; sign <= 0x8000; sign += 0x8000) {
      for (int bits = 0; bits < infinity; bits++) {
        int pattern = sign | bits;
        double here = defined(pattern, exponentBits, fractionBits);
        assertEquals((short) pattern, encode(type, (float) here));
        // Infinity takes the place that the next exponent's first value would have.
        double next =
            bits + 1 == infinity
                ? Math.scalb(sign == 0 ? 1.0 : -1.0, 1 << exponentBits - 1)
                : defined(pattern + 1, exponentBits, fractionBits);
        float middle = (float) ((here + next) / 2);
        assertEquals((here + next) / 2, middle, "a float holds the middle");
        int even = bits % 2 == 0 ? pattern : pattern + 1;
        assertEquals((short) even, encode(type, middle), () -> "middle above " + here);
        float before = Math.nextAfter(middle, here);
        float after = Math.nextAfter(middle, next);
        assertEquals((short) pattern, encode(type, before), () -> "below middle above " + here);
        assertEquals((short) (pattern + 1), encode(type, after), () -> "beyond it above " + here);
      }
      assertEquals((short) (sign | infinity), encode(type, sign == 0 ? 1f / 0f : -1f / 0f));
    }
    float[] decoded = decodeAll(type);
    for (int bits = infinity + 1; bits <= 0x7fff; bits++) {
      float nan = decoded[bits];
      assertTrue(Float.isNaN(nan));
      int again = encode(type, nan) & 0x7fff;
      assertTrue(again > infinity, () -> "NaN became " + Integer.toHexString(again));
    }
    assertTrue((encode(type, Float.intBitsToFloat(0x7f800001)) & 0x7fff) > infinity);
    assertTrue((encode(type, Float.intBitsToFloat(0x7fffffff)) & 0x7fff) > infinity);
    assertEquals((short) infinity, encode(type, Float.MAX_VALUE));
    assertEquals((short) 0, encode(type, Float.MIN_VALUE));
  }

  @Test
  void halvesDecodeExactly() {
    decodesAsDefined(ElementType.F16, 5, 10);
  }

  @Test
  void bfloatsDecodeExactly() {
    decodesAsDefined(ElementType.BF16, 8, 7);
  }

  @Test
  void halvesRoundToNearestEven() {
    roundsToNearestEven(ElementType.F16, 5, 10);
  }

  @Test
  void bfloatsRoundToNearestEven() {
    roundsToNearestEven(ElementType.BF16, 8, 7);
  }
}
