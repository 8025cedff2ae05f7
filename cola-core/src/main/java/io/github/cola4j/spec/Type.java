package io.github.cola4j.spec;

import io.github.cola4j.advice.NearMiss;
import io.github.cola4j.spec.Node.Items;
import io.github.cola4j.spec.Node.Kind;
import io.github.cola4j.spec.Node.Place;
import io.github.cola4j.spec.Node.Scalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * A kind of value that a key takes: how it is read from YAML, with an error that says what to write
 * instead, how it is written, so that reading it again gives an equal value, and what it looks
 * like.
 */
record Type<T>(Reader<T> reader, Function<T, Node> writer, Form form) {
  /** From YAML to a value. */
  interface Reader<T> {
    T read(Node node) throws Unfit;
  }

  /** The same values in another form. */
  <U> Type<U> as(Function<T, U> to, Function<U, T> from) {
    return new Type<>(
        node -> to.apply(reader.read(node)), value -> writer.apply(from.apply(value)), form);
  }

  // YAML 1.1 has 3.0e-3 only; 3e-3, as people write it, is text to some parsers.
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,9})?");

  /** Text of any content but nothing. A number or a truth value must stand in quotes. */
  static Type<String> text() {
    return new Type<>(
        node -> {
          if (node instanceof Scalar scalar && !scalar.text().isBlank()) {
            if (scalar.kind() == Kind.TEXT) {
              return scalar.text();
            }
            throw Unfit.expected("text; in quotes if this is the name", node);
          }
          throw Unfit.expected("text", node);
        },
        Scalar::of,
        Form.text());
  }

  /** Text of any characters, blanks and line ends among them, but not none. */
  static Type<String> characters() {
    return new Type<>(
        node -> {
          if (node instanceof Scalar scalar
              && scalar.kind() == Kind.TEXT
              && !scalar.text().isEmpty()) {
            return scalar.text();
          }
          throw Unfit.expected("text, in quotes", node);
        },
        Scalar::of,
        Form.characters());
  }

  /** A name that may look like a number or a truth value: a column, a label. */
  static Type<String> name() {
    return new Type<>(
        node -> {
          if (node instanceof Scalar scalar
              && scalar.kind() != Kind.NOTHING
              && !scalar.text().isBlank()) {
            return scalar.text();
          }
          throw Unfit.expected("a name", node);
        },
        Scalar::of,
        Form.scalar());
  }

  /** A single value of any kind, as the text that stands in the file. */
  static Type<String> anything() {
    return new Type<>(
        node -> {
          if (node instanceof Scalar scalar && scalar.kind() != Kind.NOTHING) {
            return scalar.text();
          }
          throw Unfit.expected("a single value", node);
        },
        Scalar::of,
        Form.scalar());
  }

  /**
   * A regular expression that compiles.
   *
   * @param instead what else a user may give
   */
  static Type<String> pattern(String instead) {
    return new Type<>(
        node -> {
          String regex = text().reader.read(node);
          Optional<String> fault = fault(regex);
          if (fault.isPresent()) {
            throw new Unfit(fault.get(), "correct it, or give " + instead);
          }
          return regex;
        },
        Scalar::of,
        Form.text());
  }

  /** What is wrong with a regular expression, if anything is. */
  static Optional<String> fault(String regex) {
    try {
      Pattern.compile(regex);
      return Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.of(
          "the pattern \""
              + regex
              + "\" does not compile ("
              + e.getDescription().toLowerCase(Locale.ROOT)
              + (e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1))
              + ")");
    }
  }

  static Type<Boolean> flag() {
    return new Type<>(
        node -> {
          if (node instanceof Scalar scalar && scalar.kind() == Kind.FLAG) {
            return List.of("true", "yes", "on", "y")
                .contains(scalar.text().toLowerCase(Locale.ROOT));
          }
          throw Unfit.expected("true or false", node);
        },
        Scalar::of,
        Form.flag());
  }

  static Type<Integer> whole(Range range) {
    Range fits = range.noMoreThan(Integer.MAX_VALUE);
    return new Type<>(node -> (int) whole(node, fits), Scalar::of, Form.whole(range));
  }

  static Type<Long> wholeLong(Range range) {
    Range fits = range.noMoreThan(Long.MAX_VALUE);
    return new Type<>(node -> whole(node, fits), Scalar::of, Form.whole(range));
  }

  private static long whole(Node node, Range range) throws Unfit {
    Optional<BigDecimal> number = decimal(node);
    if (number.isPresent()
        && range.holds(number.get())
        && number.get().stripTrailingZeros().scale() <= 0) {
      return number.get().longValueExact();
    }
    throw Unfit.expected("a whole number" + range.words(), node);
  }

  static Type<Double> number(Range range) {
    return new Type<>(
        node -> {
          Optional<BigDecimal> number = decimal(node);
          if (number.isPresent() && range.holds(number.get())) {
            double value = number.get().doubleValue();
            // Beyond what a double holds: too large, too near to zero, or rounded up to the limit.
            if (Double.isFinite(value) && range.holds(new BigDecimal(value))) {
              return value;
            }
          }
          throw Unfit.expected("a number" + range.words(), node);
        },
        Scalar::of,
        Form.number(range));
  }

  /** The number that stands there, as YAML has it or as text such as {@code "3e-3"}. */
  static Optional<BigDecimal> decimal(Node node) {
    if (node instanceof Scalar scalar) {
      String text = scalar.kind() == Kind.WHOLE ? scalar.text().replace("_", "") : scalar.text();
      if (NUMBER.matcher(text).matches()) {
        return Optional.of(new BigDecimal(text));
      }
    }
    return Optional.empty();
  }

  /** One of an enum's constants, {@code LOW_RANK} written as {@code low-rank}. */
  static <E extends Enum<E>> Type<E> choice(Class<E> choices) {
    List<String> words = Arrays.stream(choices.getEnumConstants()).map(Type::word).toList();
    Type<String> word = choice(words);
    return new Type<>(
        node -> choices.getEnumConstants()[words.indexOf(word.reader.read(node))],
        value -> Scalar.of(word(value)),
        word.form);
  }

  /** One of these words. */
  static Type<String> choice(List<String> words) {
    return new Type<>(
        node -> {
          if (node instanceof Scalar scalar && words.contains(scalar.text())) {
            return scalar.text();
          }
          String wanted = node instanceof Scalar scalar ? scalar.text() : "";
          Optional<String> usual = Words.ofValue(wanted).filter(words::contains);
          Optional<String> later = Words.later(wanted);
          if (usual.isEmpty() && later.isPresent()) {
            throw new Unfit(later.get(), "one of: " + String.join(", ", words));
          }
          throw new Unfit(
              "found " + node.shown(),
              usual
                  .map(name -> "did you mean \"" + name + "\"?")
                  .orElseGet(() -> NearMiss.advice(wanted, words)));
        },
        Scalar::of,
        Form.choice(words));
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A list of different values; a single value stands for a list of one. */
  static <T> Type<List<T>> oneOrMore(Type<T> type) {
    return new Type<>(
        node -> node instanceof Items ? list(type, node) : List.of(type.reader.read(node)),
        values -> values.size() == 1 ? type.writer.apply(values.get(0)) : items(type, values),
        Form.either(type.form, listForm(type)));
  }

  /** A list of different values. */
  static <T> Type<List<T>> list(Type<T> type) {
    return new Type<>(node -> list(type, node), values -> items(type, values), listForm(type));
  }

  /** A list whose values may be equal; a single value stands for a list of one. */
  static <T> Type<List<T>> sequence(Type<T> type) {
    return new Type<>(
        node -> node instanceof Items items ? values(type, items) : List.of(type.reader.read(node)),
        values -> items(type, values),
        Form.either(type.form, listForm(type)));
  }

  private static Form listForm(Type<?> type) {
    return Form.list(type.form, 1, Optional.empty());
  }

  private static <T> List<T> values(Type<T> type, Items items) throws Unfit {
    if (items.nodes().isEmpty()) {
      throw new Unfit("found an empty list", "name at least one");
    }
    List<T> values = new ArrayList<>();
    for (Node item : items.nodes()) {
      values.add(type.reader.read(item));
    }
    return List.copyOf(values);
  }

  private static <T> List<T> list(Type<T> type, Node node) throws Unfit {
    if (!(node instanceof Items items)) {
      throw Unfit.expected("a list: [" + node.shown() + "]", node);
    }
    List<T> values = values(type, items);
    HashSet<T> seen = new HashSet<>();
    for (int i = 0; i < values.size(); i++) {
      if (!seen.add(values.get(i))) {
        throw new Unfit("found " + items.nodes().get(i).shown() + " twice in the list", "keep one");
      }
    }
    return values;
  }

  private static <T> Node items(Type<T> type, List<T> values) {
    return new Items(Place.NOWHERE, values.stream().map(type.writer).collect(Collectors.toList()));
  }
}
