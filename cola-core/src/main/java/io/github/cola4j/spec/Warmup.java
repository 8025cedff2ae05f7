package io.github.cola4j.spec;

import io.github.cola4j.spec.Node.Scalar;
import java.math.BigDecimal;
import java.util.Optional;

/** For how long the learning rate grows: a fraction of the training, or a number of steps. */
public sealed interface Warmup {
  /** The steps of the warm-up in a training of so many steps. */
  long steps(long total);

  /**
   * A number below 1; rounded up to a step, as transformers does.
   *
   * @param of what part of all steps, at least 0 and below 1
   */
  record Fraction(double of) implements Warmup {
    @Override
    public long steps(long total) {
      return (long) Math.ceil(total * of);
    }
  }

  /** A whole number: so many steps. */
  record Steps(int count) implements Warmup {
    @Override
    public long steps(long total) {
      return count;
    }
  }

  Type<Warmup> TYPE =
      new Type<>(
          node -> {
            Optional<BigDecimal> number = Type.decimal(node);
            if (number.isPresent()) {
              boolean whole = node instanceof Scalar scalar && scalar.text().matches("\\+?[0-9_]+");
              if (whole) {
                return new Steps(Type.whole(Range.atLeast(0)).reader().read(node));
              }
              if (Range.below(0, 1).holds(number.get())) {
                return new Fraction(Type.number(Range.below(0, 1)).reader().read(node));
              }
            }
            throw Unfit.expected(
                "a fraction of all steps, at least 0.0 and below 1.0, or a whole number of steps",
                node);
          },
          warmup ->
              warmup instanceof Steps steps
                  ? Scalar.of(steps.count())
                  : Scalar.of(((Fraction) warmup).of()),
          Form.either(Form.whole(Range.atLeast(0)), Form.number(Range.below(0, 1))));
}
