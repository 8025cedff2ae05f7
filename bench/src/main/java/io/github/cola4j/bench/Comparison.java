package io.github.cola4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What is read off each pair of results.
 *
 * @param kind how the two sides' numbers are put together
 * @param keyA the key in side a's result
 * @param keyB the key in side b's result, which is not read for {@link Kind#VALUE}
 */
record Comparison(Kind kind, String keyA, String keyB) {
  /** How the two sides' numbers are put together. */
  enum Kind {
    /** Side a's number by side b's; judged by the median. */
    RATIO,
    /** Side a's number less side b's; judged by the mean. */
    DIFFERENCE,
    /** Side a's number, whatever b's; judged by the median. */
    VALUE
  }

  /**
   * Reads what the command line has.
   *
   * @param keys one key, or {@code a_key:b_key} where the two sides' differ
   */
  static Comparison of(Kind kind, String keys) {
    int colon = keys.indexOf(':');
    return colon < 0
        ? new Comparison(kind, keys, keys)
        : new Comparison(kind, keys.substring(0, colon), keys.substring(colon + 1));
  }

  /** As the command line names it. */
  String name() {
    return keyA.equals(keyB) ? keyA : keyA + ":" + keyB;
  }

  /** What is compared, as a formula. */
  String formula() {
    return switch (kind) {
      case RATIO -> "a / b";
      case DIFFERENCE -> "a − b";
      case VALUE -> "a";
    };
  }

  /** The numbers of the two sides put together. */
  double together(double a, double b) {
    return switch (kind) {
      case RATIO -> a / b;
      case DIFFERENCE -> a - b;
      case VALUE -> a;
    };
  }

  /** Which of several pairs' numbers a bound is held against. */
  double judged(Spread spread) {
    return kind == Kind.DIFFERENCE ? spread.mean() : spread.median();
  }

  double ofA(ObjectNode result) {
    return number(result, "a", keyA);
  }

  /**
   * @throws BenchException also where it is 0 and something is to be divided by it
   */
  double ofB(ObjectNode result) {
    double number = number(result, "b", keyB);
    if (kind == Kind.RATIO && number == 0) {
      throw new BenchException(
          "side b says that %s is 0, which leaves no ratio; leave it out of --keys"
              .formatted(keyB));
    }
    return number;
  }

  private static double number(ObjectNode result, String side, String key) {
    JsonNode number = result.path(key);
    if (!number.isNumber()) {
      throw new BenchException(
          "side %s has no number %s to compare; its line is %s".formatted(side, key, result));
    }
    return number.asDouble();
  }
}
