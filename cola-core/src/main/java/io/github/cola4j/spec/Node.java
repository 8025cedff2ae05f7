package io.github.cola4j.spec;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of YAML that knows where it stands. */
sealed interface Node {
  /** Where the piece stands; for the value of a key, where the key stands. */
  Place place();

  /** What a user sees there, in a few words: {@code "many"}, {@code 12}, {@code a list}. */
  String shown();

  /** A file and a line in it, counted from 1; line 0 stands for no line. */
  record Place(String file, int line) {
    static final Place NOWHERE = new Place("", 0);
  }

  /** How YAML understands a scalar. */
  enum Kind {
    TEXT,
    WHOLE,
    DECIMAL,
    FLAG,
    NOTHING
  }

  /** A single value; {@code text} is what stands in the file, without quotes. */
  record Scalar(Place place, Kind kind, String text) implements Node {
    private static final int SHOWN = 60;

    static Scalar of(String text) {
      return new Scalar(Place.NOWHERE, Kind.TEXT, text);
    }

    static Scalar of(long number) {
      return new Scalar(Place.NOWHERE, Kind.WHOLE, Long.toString(number));
    }

    static Scalar of(boolean flag) {
      return new Scalar(Place.NOWHERE, Kind.FLAG, Boolean.toString(flag));
    }

    /**
     * The shortest decimal that reads back as the same number, the same on every Java version
     * (Double.toString changed in 19), and with the point that YAML 1.1 wants in a number.
     */
    static Scalar of(double number) {
      BigDecimal shortest = new BigDecimal(number);
      for (int digits = 1; digits <= 17; digits++) {
        BigDecimal rounded = new BigDecimal(number).round(new MathContext(digits));
        if (rounded.doubleValue() == number) {
          shortest = rounded;
          break;
        }
      }
      String digits = shortest.stripTrailingZeros().unscaledValue().abs().toString();
      int exponent = digits.length() - 1 - shortest.stripTrailingZeros().scale();
      String text;
      if (number == 0) {
        text = "0.0";
      } else if (exponent >= -4 && exponent < 7) {
        text = shortest.abs().toPlainString();
        text =
            text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", ".0") : text + ".0";
      } else {
        String fraction = digits.length() > 1 ? digits.substring(1) : "0";
        text =
            digits.charAt(0)
                + "."
                + fraction
                + "e"
                + (exponent < 0 ? "-" : "+")
                + Math.abs(exponent);
      }
      return new Scalar(Place.NOWHERE, Kind.DECIMAL, number < 0 ? "-" + text : text);
    }

    @Override
    public String shown() {
      if (kind == Kind.NOTHING) {
        return "nothing";
      }
      String line = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
      String start = line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
      return kind == Kind.TEXT ? '"' + start + '"' : start;
    }
  }

  /** A list. */
  record Items(Place place, List<Node> nodes) implements Node {
    public Items {
      nodes = List.copyOf(nodes);
    }

    @Override
    public String shown() {
      return "a list";
    }
  }

  /** Keys with their values, in the order of the file. */
  record Mapping(Place place, Map<String, Node> entries) implements Node {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    @Override
    public String shown() {
      return "a section with keys of its own";
    }
  }

  /**
   * The full name of a key in the section of a name. A key that holds a dot itself stands in quotes
   * there, so that no two keys have one full name: {@code users.list."ann.b".joins}.
   */
  static String fullName(String section, String key) {
    String exact =
        key.isEmpty() || key.contains(".") || key.contains("\"")
            ? '"' + key.replace("\"", "\\\"") + '"'
            : key;
    return section.isEmpty() ? exact : section + "." + exact;
  }

  /** The values by their full names, {@code adapter.r} to {@code 8}, in order. */
  default Map<String, String> flat() {
    Map<String, String> values = new LinkedHashMap<>();
    flatten("", this, values);
    return values;
  }

  private static void flatten(String key, Node node, Map<String, String> values) {
    if (node instanceof Mapping mapping) {
      if (mapping.entries().isEmpty() && !key.isEmpty()) {
        values.put(key, "{}");
      }
      mapping.entries().forEach((name, value) -> flatten(fullName(key, name), value, values));
    } else if (node instanceof Items items) {
      values.put(key, items.nodes().stream().map(Node::exact).toList().toString());
    } else if (node instanceof Scalar scalar && scalar.kind() != Kind.NOTHING) {
      values.put(key, scalar.text().matches("(?s)[\\[\"].*") ? exact(scalar) : scalar.text());
    }
  }

  /** A value so that no other is written like it. */
  private static String exact(Node node) {
    return node instanceof Scalar scalar && scalar.kind() == Kind.TEXT
        ? '"' + scalar.text().replace("\\", "\\\\").replace("\"", "\\\"") + '"'
        : node instanceof Scalar scalar ? scalar.text() : node.shown();
  }
}
