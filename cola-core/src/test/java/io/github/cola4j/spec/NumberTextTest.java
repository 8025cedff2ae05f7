package io.github.cola4j.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberTextTest {
  @Test
  void numbersAreWrittenAsPeopleReadThem() {
    assertEquals("0.0", text(0));
    assertEquals("1.0", text(1));
    assertEquals("0.0003", text(3e-4));
    assertEquals("0.9", text(0.9));
    assertEquals("100.0", text(100));
    assertEquals("1234567.5", text(1234567.5));
    assertEquals("1.0e-8", text(1e-8));
    assertEquals("1.25e-5", text(1.25e-5));
    assertEquals("1.0e+7", text(1e7));
    assertEquals("-0.5", text(-0.5));
    // Double.toString of Java 17 has one digit too many here.
    assertEquals("2.0e+23", text(2e23));
    assertEquals("5.0e-324", text(Double.MIN_VALUE));
  }

  @Test
  void everyNumberReadsBackAsItself() {
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      double number = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        String text = text(number);
        assertEquals(number, Double.parseDouble(text), text);
        // The form that YAML 1.1 takes for a number.
        assertTrue(text.matches("-?[0-9]+\\.[0-9]+(e[-+][0-9]+)?"), text);
      }
    }
  }

  private static String text(double number) {
    return Node.Scalar.of(number).text();
  }
}
