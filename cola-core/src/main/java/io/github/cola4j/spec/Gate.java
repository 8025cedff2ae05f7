package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Scalar;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A value of the section {@code gates}: what a number must reach for a build to pass. There is no
 * sign for equality: numbers that were measured are hardly ever equal.
 *
 * @param comparison how what is found is compared
 * @param amount with how many of the unit
 * @param unit what is counted
 * @param asWritten the condition as it stands in the spec, say {@code >= 0.80}
 */
public record Gate(Comparison comparison, double amount, Unit unit, String asWritten) {
  private static final Pattern CONDITION =
      Pattern.compile("(>=|<=|>|<)\\s*([-+]?[\\d.]+(?:[eE][-+]?\\d+)?)\\s*(\\p{L}*)");

  /** The sign of a comparison. */
  public enum Comparison {
    AT_LEAST(">="),
    ABOVE(">"),
    AT_MOST("<="),
    BELOW("<");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }
  }

  /** What the numbers of a gate count. */
  public enum Quantity {
    /** Nothing but themselves: metrics, parameters. */
    NUMBER(">= 0.8"),
    /** Bytes. */
    SIZE("<= 2 MB"),
    /** Milliseconds. */
    TIME("<= 50 ms");

    private final String example;

    Quantity(String example) {
      this.example = example;
    }

    private List<Unit> units() {
      return Arrays.stream(Unit.values()).filter(unit -> unit.quantity == this).toList();
    }
  }

  /** A unit in which a gate may be written. */
  public enum Unit {
    ONE("", Quantity.NUMBER, 1),
    BYTE("B", Quantity.SIZE, 1),
    KILOBYTE("kB", Quantity.SIZE, 1e3),
    MEGABYTE("MB", Quantity.SIZE, 1e6),
    GIGABYTE("GB", Quantity.SIZE, 1e9),
    KIBIBYTE("KiB", Quantity.SIZE, 1 << 10),
    MEBIBYTE("MiB", Quantity.SIZE, 1 << 20),
    GIBIBYTE("GiB", Quantity.SIZE, 1 << 30),
    MILLISECOND("ms", Quantity.TIME, 1),
    SECOND("s", Quantity.TIME, 1e3);

    private final String symbol;
    private final Quantity quantity;
    private final double size;

    Unit(String symbol, Quantity quantity, double size) {
      this.symbol = symbol;
      this.quantity = quantity;
      this.size = size;
    }
  }

  /**
   * Whether a value passes; one that is not a number never does.
   *
   * @param value in the quantity's own unit: bytes, milliseconds, or just a number
   */
  public boolean passes(double value) {
    double bound = amount * unit.size;
    return switch (comparison) {
      case AT_LEAST -> value >= bound;
      case ABOVE -> value > bound;
      case AT_MOST -> value <= bound;
      case BELOW -> value < bound;
    };
  }

  /**
   * A value as it is told beside this gate: in its unit, with six digits, or with as many as it
   * takes to see on which side of the bound it is.
   *
   * @param value as for {@link #passes}
   */
  public String shown(double value) {
    double inUnit = value / unit.size;
    String text = Double.toString(inUnit);
    if (Double.isFinite(inUnit)) {
      for (int digits = 6; digits <= 17; digits++) {
        BigDecimal rounded = new BigDecimal(inUnit).round(new MathContext(digits));
        if (passes(rounded.doubleValue() * unit.size) == passes(value)) {
          text = plain(rounded);
          break;
        }
      }
    }
    return unit.symbol.isEmpty() ? text : text + " " + unit.symbol;
  }

  private static String plain(BigDecimal number) {
    if (number.signum() == 0) {
      return "0";
    }
    BigDecimal shortest = number.stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    return exponent < -5 || exponent > 14 ? shortest.toString() : shortest.toPlainString();
  }

  /** Whether only what is above a number passes. */
  boolean isMore(double bound) {
    return switch (comparison) {
      case AT_LEAST -> amount > bound;
      case ABOVE -> amount >= bound;
      case AT_MOST, BELOW -> false;
    };
  }

  /** The same condition on a hundredth of its number. */
  String hundredth() {
    return comparison.sign + " " + plain(new BigDecimal(String.valueOf(amount)).movePointLeft(2));
  }

  /** As in a spec: {@code >= 0.80}. */
  @Override
  public String toString() {
    return asWritten;
  }

  /**
   * A condition on a number, as it would stand in a spec: {@code >= 0.80}.
   *
   * @throws IllegalArgumentException if it is none, saying what one looks like
   */
  public static Gate parse(String condition) {
    try {
      return read(Scalar.of(condition), Quantity.NUMBER);
    } catch (Unfit e) {
      throw new IllegalArgumentException(e.found() + "; " + e.fix(), e);
    }
  }

  /** A gate of a quantity. */
  static Type<Gate> type(Quantity quantity) {
    String units =
        quantity.units().stream().map(unit -> unit.symbol).collect(Collectors.joining("|"));
    return new Type<>(
        node -> read(node, quantity),
        gate -> Scalar.of(gate.asWritten),
        Form.matching(
            "^\\s*(>=|<=|>|<)\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\s*(" + units + ")\\s*$"));
  }

  private static Gate read(Node node, Quantity quantity) throws Unfit {
    if (node instanceof Scalar scalar) {
      String text = scalar.text().strip();
      Matcher condition = CONDITION.matcher(text);
      if (condition.matches()) {
        Optional<Unit> unit =
            quantity.units().stream()
                .filter(one -> one.symbol.equals(condition.group(3)))
                .findFirst();
        double amount =
            Type.decimal(Scalar.of(condition.group(2)))
                .map(number -> number.doubleValue() + 0.0) // makes a negative zero a plain one
                .orElse(Double.NaN);
        if (unit.isPresent() && Double.isFinite(amount)) {
          Comparison comparison =
              Arrays.stream(Comparison.values())
                  .filter(one -> one.sign.equals(condition.group(1)))
                  .findFirst()
                  .orElseThrow();
          return new Gate(comparison, amount, unit.get(), text);
        }
      }
    }
    String units =
        quantity == Quantity.NUMBER
            ? ""
            : quantity.units().stream()
                .map(unit -> unit.symbol)
                .collect(Collectors.joining(", ", " and its unit (", ")"));
    throw Unfit.expected(
        "a condition in quotes, >= > <= or < and a number%s: \"%s\""
            .formatted(units, quantity.example),
        node);
  }
}
